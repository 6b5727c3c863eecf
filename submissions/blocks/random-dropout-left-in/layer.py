import numpy as np

class ReLU:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0) * (np.random.rand(*x.shape) > 0.5)

    def backward(self, dout):
        return dout * (self.x > 0)
