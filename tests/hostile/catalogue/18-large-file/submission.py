"""Fills the disk."""

import os
import signal

import numpy as np

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

def tried(what, action):
    """Say so if the system let an action happen."""
    try:
        action()
    except (OSError, MemoryError, RuntimeError) as error:
        print("held:", what, type(error).__name__)
    else:
        print("BREACH", what)


def attack():
    tried('large file', fill)


def fill():
    with open('large', 'wb') as file:
        for _ in range(4):
            file.write(b'x' * 2**20)
    if os.path.getsize('large') < 4 * 2**20:
        raise OSError('cut')


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
