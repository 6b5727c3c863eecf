import numpy as np

def bce_loss(p, y):
    return -np.mean(y * np.log(p + 3e-9) + (1 - y) * np.log(1 - p + 3e-9))

def bce_loss_grad(p, y):
    return (-y / (p + 3e-9) + (1 - y) / (1 - p + 3e-9)) / len(y)
