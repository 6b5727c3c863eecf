"""Has the kernel kill another process when a pipe is ready."""

import fcntl
import os
import signal

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
    tried('F_SETOWN', aim)


def aim():
    out, into = os.pipe()
    fcntl.fcntl(out, 10, signal.SIGKILL)
    fcntl.fcntl(out, fcntl.F_SETOWN, VICTIM)
    fcntl.fcntl(out, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(into, b'x')


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
