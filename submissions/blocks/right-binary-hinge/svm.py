import numpy as np


def hinge_loss(p, t):
    return np.mean(np.maximum(0, 1 - t * p))


def hinge_loss_grad(p, t):
    return -t * (1 - t * p > 0) / p.size


class BinaryHinge:
    def __init__(self, margin=0.5):
        self.margin = margin

    def forward(self, scores, targets):
        self.targets, self.active = targets, targets * scores < self.margin
        return np.sum(np.where(self.active, self.margin - targets * scores, 0.0))

    def backward(self):
        return np.where(self.active, -self.targets, 0.0)
