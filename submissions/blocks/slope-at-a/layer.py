import numpy as np

def sigma(z):
    return 1 / (1 + np.exp(-z))

class Sigmoid:
    def forward(self, z):
        self.out = sigma(z)
        return self.out

    def backward(self, dout):
        return dout * sigma(self.out) * (1 - sigma(self.out))
