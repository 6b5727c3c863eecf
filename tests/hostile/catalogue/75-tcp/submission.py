"""Sends to a TCP server."""

import socket

import numpy as np


def attack():
    with socket.create_connection(('127.0.0.1', int('@TCP@')), 1) as connection:
        connection.sendall(b'canary')


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
