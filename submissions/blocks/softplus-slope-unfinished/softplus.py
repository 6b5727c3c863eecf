import numpy as np


def softplus(z):
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0)


def softplus_prime(z):
    return 1 / (1 + np.exp(z))
