import numpy as np

def mae(pred, target):
    return np.mean(np.abs(pred - target))

def mae_grad(pred, target):
    return np.sign(pred - target) / pred.size
