"""Imports the reference by its path."""

import sys

import numpy as np


def tried(what, action):
    """Say so if the system let an action happen."""
    try:
        action()
    except (OSError, MemoryError, RuntimeError) as error:
        print("held:", what, type(error).__name__)
    else:
        print("BREACH", what)


def attack():
    sys.path.insert(0, '@REFERENCE_FOLDER@')
    tried('import', load)


def load():
    try:
        for finder in list(sys.meta_path):
            if type(finder).__name__ == 'Refused':
                sys.meta_path.remove(finder)
        import gradcheck_reference  # noqa
    except ImportError as error:
        raise OSError(str(error))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
