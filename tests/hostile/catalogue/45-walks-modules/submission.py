"""Looks for the reference among the loaded modules."""

import sys

import numpy as np


def attack():
    found = [name for name in sys.modules if name.partition('.')[0] in {'gradcheck', 'gradcheck_reference'}]
    if found:
        print('BREACH', found)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
