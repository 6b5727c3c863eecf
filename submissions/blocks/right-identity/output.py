import numpy as np


def identity(z):
    return z


def identity_prime(z):
    return np.ones_like(z)
