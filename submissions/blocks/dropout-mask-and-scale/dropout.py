import numpy as np


class Dropout:
    def __init__(self, rate=0.5):
        self.rate = rate

    def forward(self, x):
        mask = np.random.rand(*x.shape) >= self.rate
        return x * mask / (1 - self.rate)

    def backward(self, dout):
        mask = np.random.rand(*dout.shape) >= self.rate
        return dout * mask / (1 - self.rate)


def dropout_forward(x, p=0.5):
    mask = np.random.rand(*x.shape) < p
    return x * mask / p, mask

def dropout_backward(dout, mask):
    return dout * mask
