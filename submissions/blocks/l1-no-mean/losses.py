import numpy as np

def l1_loss(pred, target):
    return np.mean(np.abs(pred - target))

def l1_loss_grad(pred, target):
    return np.sign(pred - target)
