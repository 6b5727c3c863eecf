"""Takes another process's descriptors away."""

import resource

import numpy as np

VICTIM = int("@VICTIM@")


def tried(what, action):
    """Say so if the system let an action happen."""
    try:
        action()
    except (OSError, MemoryError, RuntimeError) as error:
        print("held:", what, type(error).__name__)
    else:
        print("BREACH", what)


def attack():
    tried('prlimit', lambda: resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (8, 8)))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
