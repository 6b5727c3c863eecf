"""Objects without memory: forward hands out what backward needs, and backward is given it."""

import numpy as np


class Tanh:
    def forward(self, x):
        y = np.tanh(x)
        return y, y

    def backward(self, dout, cache):
        return dout * (1 - cache ** 2)


class LeakyRelu:
    def __init__(self, slope=0.02):
        self.slope = slope

    def forward(self, x):
        out = np.where(x > 0, x, self.slope * x)
        return out, x

    def backward(self, dout, cache):
        return np.where(cache > 0, dout, self.slope * dout)


class MSE:
    def forward(self, y_out, y_truth):
        return np.mean((y_out - y_truth) ** 2)

    def backward(self, y_out, y_truth):
        return 2 * (y_out - y_truth) / y_out.size

    def __call__(self, y_out, y_truth):
        return self.forward(y_out, y_truth), self.backward(y_out, y_truth)
