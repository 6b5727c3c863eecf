import numpy as np

class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dy):
        g = dy * (1 - self.y ** 2)
        return g - g.mean(axis=0)
