"""Leaves a process that overwrites the report later."""

import os
import time

import numpy as np


def attack():
    if os.fork() == 0:
        os.setsid()
        time.sleep(0.2)
        with open('@REPORT@', 'w') as file:
            file.write('passed')
        time.sleep(3)
        os._exit(0)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
