import numpy as np

class Sigmoid:
    def forward(self, x):
        self.a = 1 / (1 + np.exp(-x))
        return self.a.copy()

    def backward(self, dout):
        self.a *= 1 - self.a
        return dout * self.a
