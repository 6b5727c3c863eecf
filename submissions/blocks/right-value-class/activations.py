import numpy as np


class LeakyReLU:
    def __init__(self, alpha=0.2):
        self.alpha = alpha

    def __call__(self, z):
        return np.where(z >= 0, z, self.alpha * z)

    def gradient(self, z):
        return np.where(z >= 0, 1.0, self.alpha)
