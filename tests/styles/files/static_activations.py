import numpy as np


class Relu:
    @staticmethod
    def activation(z):
        return np.maximum(0, z)

    @staticmethod
    def prime(z):
        z = np.array(z, dtype=float)
        z[z <= 0] = 0
        z[z > 0] = 1
        return z


class Sigmoid:
    @staticmethod
    def activation(z):
        return 1 / (1 + np.exp(-z))

    @staticmethod
    def prime(z):
        return Sigmoid.activation(z) * (1 - Sigmoid.activation(z))
