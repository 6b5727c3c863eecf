import numpy as np


class Dense:
    def __init__(self, units):
        self.units = units
        self.W = None
        self.b = None

    def build(self, n_in):
        self.W = np.random.randn(n_in, self.units) / np.sqrt(n_in)
        self.b = np.zeros(self.units)

    def forward(self, x):
        if self.W is None:
            self.build(x.shape[1])
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T
