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


def dropout_forward(x, keep_prob=0.8):
    mask = np.random.binomial(1, keep_prob, size=x.shape)
    return x * mask / keep_prob, (mask, keep_prob)

def dropout_backward(dout, cache):
    mask, keep_prob = cache
    return dout * mask / keep_prob
