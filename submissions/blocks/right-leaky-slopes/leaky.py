import numpy as np

def leaky_relu(z, alpha):
    return np.where(z > 0, z, alpha * z)

def leaky_relu_prime(z, alpha):
    return np.where(z > 0, 1.0, alpha)

class LeakyReLU:
    def __init__(self, negative_slope=0.037):
        self.negative_slope = negative_slope
    def forward(self, x):
        self.mask = np.where(x > 0, 1.0, self.negative_slope)
        return x * self.mask
    def backward(self, dout):
        return dout * self.mask
