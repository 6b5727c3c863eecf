import numpy as np

def affine_forward(x, w, b):
    N, D = x.shape
    M = w.shape[1]
    out = np.zeros((N, M))
    for i in range(N):
        for j in range(M):
            total = b[j]
            for k in range(D):
                total = total + x[i, k] * w[k, j]
            out[i, j] = total
    return out, (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros_like(b)
    for i in range(x.shape[0]):
        for j in range(w.shape[1]):
            db[j] += dout[i, j]
            for k in range(x.shape[1]):
                dx[i, k] += dout[i, j] * w[k, j]
                dw[k, j] += dout[i, j] * x[i, k]
    return dx, dw, db
