"""Prints two hundred megabytes."""

import os

import numpy as np


def attack():
    for _ in range(20):
        os.write(1, b'x' * 2**20)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
