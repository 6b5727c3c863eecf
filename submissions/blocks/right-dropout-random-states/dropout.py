import numpy as np


def dropout_forward(x, p, mode="train", seed=None):
    """p is the probability to drop."""
    rng = np.random.RandomState(seed)
    mask = None
    out = x
    if mode == "train":
        keep = 1 - p
        mask = (rng.rand(*x.shape) < keep) / keep
        out = x * mask
    return out, (mode, mask)


def dropout_backward(dout, cache):
    mode, mask = cache
    if mode == "train":
        return dout * mask
    return dout


rng = np.random.RandomState(3)


class Dropout:
    def __init__(self, rate=0.5):
        self.rate = rate

    def forward(self, x, training=True):
        if not training:
            self.mask = np.ones_like(x)
            return x
        self.mask = (rng.uniform(size=x.shape) >= self.rate) / (1 - self.rate)
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask
