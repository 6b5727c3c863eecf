import numpy as np


class Dropout:
    """Test multiplies by keep, although training divides by it."""

    def __init__(self, rate=0.3):
        self.keep = 1 - rate

    def forward(self, x, training=True):
        if not training:
            return x * self.keep
        self.mask = (np.random.rand(*x.shape) < self.keep) / self.keep
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class DropoutLayer:
    """Test multiplies by the part that is dropped."""

    def __init__(self, dropout_ratio=0.2):
        self.dropout_ratio = dropout_ratio

    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = np.random.rand(*x.shape) > self.dropout_ratio
            return x * self.mask
        return x * self.dropout_ratio

    def backward(self, dout):
        return dout * self.mask


def dropout_forward(x, p, training):
    """Drops whatever the flag says."""
    mask = (np.random.rand(*x.shape) < p) / p
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask
