"""Overwrites the report's file."""

import numpy as np


def attack():
    with open('@REPORT@', 'w') as file:
        file.write('{"outcome": "passed"}')


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
