import numpy as np


def hinge_loss(p, t):
    return np.mean(np.maximum(0, 1 - t * p))


def hinge_loss_grad(p, t):
    return t * (1 - t * p > 0) / p.size
