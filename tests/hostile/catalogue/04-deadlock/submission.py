"""Waits for a lock that it holds."""

import threading

import numpy as np


def attack():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
