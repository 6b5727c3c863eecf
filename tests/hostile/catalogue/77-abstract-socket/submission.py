"""Connects to a socket without a file."""

import socket

import numpy as np


def attack():
    with socket.socket(socket.AF_UNIX) as probe:
        probe.connect('\0@ABSTRACT@')
        probe.sendall(b'canary')


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
