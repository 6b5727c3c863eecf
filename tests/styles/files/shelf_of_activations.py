"""A class that is no more than a shelf for functions."""

import numpy as np


class Activations:
    @staticmethod
    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    @staticmethod
    def d_sigmoid(x):
        s = Activations.sigmoid(x)
        return s * (1 - s)

    @staticmethod
    def relu(x):
        return np.maximum(0, x)

    @staticmethod
    def d_relu(x):
        return np.where(x > 0, 1.0, 0.0)
