import numpy as np


class Dropout:
    def __init__(self, p=0.3):
        self.p = p

    def forward(self, x):
        self.mask = (np.random.rand(*x.shape) > self.p) / (1 - self.p)
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask
