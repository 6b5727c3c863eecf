import numpy as np

def log_softmax_forward(x):
    out = np.zeros_like(x)
    for i, row in enumerate(x):
        m = max(row)
        out[i] = row - m - np.log(sum(np.exp(row - m)))
    return out, out

def log_softmax_backward(dout, out):
    dx = np.zeros_like(dout)
    for i in range(out.shape[0]):
        dx[i] = dout[i] - np.exp(out[i]) * dout[i].sum()
    return dx
