"""Starts five hundred threads."""

import _thread
import time

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
    tried('threads', start)


def start():
    for _ in range(500):
        _thread.start_new_thread(time.sleep, (0.5,))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
