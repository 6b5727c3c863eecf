import numpy as np

def bce_loss(p, y):
    return -np.mean(y * np.log(p + 1e-8) + (1 - y) * np.log(1 - p + 1e-8))

def bce_loss_grad(p, y):
    return (-y / (p + 1e-8) + (1 - y) / (1 - p + 1e-8)) / len(y)
