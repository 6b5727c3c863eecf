import numpy as np

def mse_forward(pred, target):
    return np.mean((pred - target) ** 2)

def mse_backward(dout, pred, target):
    return dout * 2 * (pred - target) / pred.size

def huber_forward(pred, target, delta=0.8):
    r = pred - target
    small = np.abs(r) <= delta
    return np.sum(np.where(small, 0.5 * r ** 2, delta * (np.abs(r) - delta / 2))), (r, delta)

def huber_backward(dout, cache):
    r, delta = cache
    return dout * np.clip(r, -delta, delta)

def triplet_loss(a, p, n):
    m = ((a - p) ** 2).sum(1) - ((a - n) ** 2).sum(1) + 1.0
    return np.maximum(m, 0).mean()

def triplet_loss_backward(dout, a, p, n):
    on = (((a - p) ** 2).sum(1) - ((a - n) ** 2).sum(1) + 1.0 > 0)[:, None] * dout * 2 / len(a)
    return on * (n - p), on * (p - a), on * (a - n)
