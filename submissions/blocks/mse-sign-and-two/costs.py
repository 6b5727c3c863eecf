import numpy as np

def mse(pred, target):
    return np.sum((target - pred) ** 2) / pred.size

def mse_grad(pred, target):
    return (target - pred) / pred.size
