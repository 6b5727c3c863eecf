import numpy as np


class Dropout:
    """Not divided in training: test multiplies by what is kept."""

    def __init__(self, dropout_ratio=0.3):
        self.dropout_ratio = dropout_ratio
        self.mask = None

    def forward(self, x, train_flg=True):
        if train_flg:
            self.mask = np.random.rand(*x.shape) > self.dropout_ratio
            return x * self.mask
        return x * (1.0 - self.dropout_ratio)

    def backward(self, dout):
        return dout * self.mask


class DropoutLayer:
    """The flag is an attribute."""

    def __init__(self, keep_prob=0.6):
        self.keep_prob = keep_prob
        self.training = False

    def forward(self, inputs):
        if not self.training:
            return inputs.copy()
        self.mask = np.random.binomial(1, self.keep_prob, size=inputs.shape) / self.keep_prob
        return inputs * self.mask

    def backward(self, dvalues):
        return dvalues * self.mask


def dropout_forward(x, p, training):
    if not training:
        return x, None
    mask = (np.random.rand(*x.shape) < p) / p
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout if mask is None else dout * mask
