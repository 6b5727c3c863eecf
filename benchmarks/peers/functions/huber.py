import numpy as np

def huber(pred, target):
    r = pred - target
    small = np.abs(r) <= 1
    return np.sum(np.where(small, 0.5 * r ** 2, np.abs(r) - 0.5))

def huber_backward(dout, pred, target):
    r = pred - target
    return dout * np.clip(r, -1, 1)
