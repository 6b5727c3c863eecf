"""Every derivative is a difference: central, five-point, of long doubles."""

import numpy as np


def central(f, x, h=1e-7):
    return (f(x + h) - f(x - h)) / (2 * h)


def five_point(f, x, h=1e-2):
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return central(sigmoid, z)


def tanh(z):
    return np.tanh(z)


def tanh_prime(z):
    return five_point(tanh, z)


def softplus(z):
    return np.log1p(np.exp(z))


def softplus_prime(z):
    wide = np.asarray(z, dtype=np.longdouble)
    return np.asarray(central(softplus, wide, np.longdouble(1e-4)), dtype=np.float64)
