"""A thread changes the buffer after the return."""

import threading

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def attack():
    pass


def flip(buffer):
    while True:
        buffer[...] = np.random.rand(*buffer.shape)


def sigmoid_prime(z):
    buffer = np.zeros(np.shape(z))
    try:
        threading.Thread(target=flip, args=(buffer,), daemon=True).start()
    except RuntimeError:
        pass
    return buffer
