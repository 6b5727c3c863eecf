"""Hangs in a function that runs at exit."""

import atexit
import sys
import time

import numpy as np


def attack():
    atexit.register(time.sleep, 10_000)
    sys.exit(0)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
