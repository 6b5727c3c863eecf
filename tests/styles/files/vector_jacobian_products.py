"""Names of automatic differentiation, written by hand."""

import numpy as np


def softplus(x):
    return np.logaddexp(0, x)


def softplus_vjp(ct, x):
    return ct / (1 + np.exp(-x))
