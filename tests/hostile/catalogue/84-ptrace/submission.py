"""Attaches to another process."""

import ctypes

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


libc = ctypes.CDLL(None, use_errno=True)


def call(number, *arguments):
    if libc.syscall(ctypes.c_long(number), *arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")


def attack():
    tried('ptrace', lambda: call(101, 0x4206, VICTIM, 0, 0))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
