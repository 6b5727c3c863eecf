import numpy as np

def logcosh(pred, target):
    r = np.abs(pred - target)
    return np.mean(r + np.log1p(np.exp(-2 * r)) - np.log(2))

def logcosh_grad(pred, target):
    return np.tanh(pred - target) / pred.size
