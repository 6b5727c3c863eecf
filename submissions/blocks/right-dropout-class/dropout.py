import numpy as np


class Dropout:
    def __init__(self, rate=0.3):
        self.rate = rate

    def forward(self, x, training=True):
        if not training:
            return x
        self.mask = np.random.uniform(size=x.shape) > self.rate
        return np.where(self.mask, x / (1 - self.rate), 0.0)

    def backward(self, dout):
        return dout * self.mask / (1 - self.rate)
