"""Returns what hangs when it is dropped."""

import numpy as np


class Sticky(float):
    def __del__(self):
        while True:
            pass


def attack():
    Sticky(0.0)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
