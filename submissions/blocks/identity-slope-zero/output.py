import numpy as np


def linear(z):
    return z


def linear_derivative(z):
    return np.zeros_like(z)
