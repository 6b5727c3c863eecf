"""Locks a file that others read, as a channel."""

import fcntl

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
    tried('flock', lock)


def lock():
    with open(np.__file__) as file:
        fcntl.flock(file, fcntl.LOCK_SH)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
