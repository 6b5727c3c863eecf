"""Looks through all objects for the judge's."""

import gc

import numpy as np


def attack():
    for thing in gc.get_objects():
        module = getattr(type(thing), '__module__', '')
        if isinstance(module, str) and module.startswith(('gradcheck.', 'gradcheck_reference')):
            print('BREACH', module)
            return


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
