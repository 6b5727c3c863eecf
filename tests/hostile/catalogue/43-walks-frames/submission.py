"""Looks for the expected value in the callers' frames."""

import sys

import numpy as np


def attack():
    frame = sys._getframe()
    while frame is not None:
        for name in frame.f_locals:
            if 'expected' in name or 'reference' in name:
                print('BREACH', name)
        frame = frame.f_back


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
