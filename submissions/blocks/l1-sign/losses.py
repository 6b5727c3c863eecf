import numpy as np

def mae(pred, target):
    return np.mean(np.abs(target - pred))

def mae_grad(pred, target):
    return np.sign(target - pred) / pred.size
