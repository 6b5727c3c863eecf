"""Makes a link out of its folder and reads through it."""

import os

import numpy as np


def attack():
    os.symlink('@SECRET@', 'link')
    print(open('link').read())


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
