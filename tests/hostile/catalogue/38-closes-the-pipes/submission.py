"""Closes every descriptor, then sleeps."""

import os
import time

import numpy as np


def attack():
    os.closerange(0, 64)
    time.sleep(10_000)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
