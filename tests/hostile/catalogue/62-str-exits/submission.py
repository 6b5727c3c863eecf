"""An exception whose text ends the process."""

import os

import numpy as np


class Quiet(Exception):
    def __str__(self):
        os._exit(0)


def attack():
    raise Quiet


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
