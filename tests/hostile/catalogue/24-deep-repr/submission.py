"""An exception whose text is 200,000 lists deep."""

import numpy as np


def attack():
    deep = []
    for _ in range(200_000):
        deep = [deep]
    raise ValueError(deep)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
