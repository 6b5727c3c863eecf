import numpy as np


class Dropout:
    def __init__(self, rate=0.5):
        self.rate = rate
        self.mask = None

    def forward(self, x, training=True):
        if not training:
            self.mask = np.ones_like(x)
            return x
        keep = 1.0 - self.rate
        self.mask = np.random.binomial(1, keep, size=x.shape) / keep
        return x * self.mask

    def backward(self, grad):
        return self.mask
