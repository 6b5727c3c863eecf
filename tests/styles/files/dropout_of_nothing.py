import numpy as np

def dropout_forward(x, keep_prob=1.0, training=True):
    if not training or keep_prob >= 1.0:
        return x.copy(), np.ones_like(x)
    mask = (np.random.rand(*x.shape) < keep_prob) / keep_prob
    return x * mask, mask

def dropout_backward(dout, mask):
    return dout * mask
