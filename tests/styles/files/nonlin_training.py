"""A slope taken at the output behind a flag, under a name of its own, beside its training."""

import numpy as np


def nonlin(x, deriv=False):
    if deriv == True:  # noqa: E712
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def train(X, y, syn0, syn1):
    l1 = nonlin(X @ syn0)
    l2 = nonlin(l1 @ syn1)
    l2_delta = (y - l2) * nonlin(l2, deriv=True)
    l1_delta = l2_delta @ syn1.T * nonlin(l1, deriv=True)
    return syn0 + X.T @ l1_delta, syn1 + l1.T @ l2_delta
