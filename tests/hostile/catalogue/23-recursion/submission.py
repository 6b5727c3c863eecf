"""Recurses without a limit."""

import sys

import numpy as np


def attack():
    sys.setrecursionlimit(10**9)
    attack()


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
