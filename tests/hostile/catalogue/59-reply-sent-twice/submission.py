"""Sends replies of its own, with the right id, early and twice."""

import json
import os
import struct
import sys

import numpy as np


def frame(header):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<I", len(text)) + text


def everywhere(data):
    for fd in range(3, 64):
        try:
            os.write(fd, data)
        except OSError:
            pass


def request():
    f = sys._getframe()
    while f is not None:
        if "header" in f.f_locals and "programs" in f.f_locals["header"]:
            return f.f_locals["header"]
        f = f.f_back


def attack():
    header = request()
    data = b''.join(
        frame({'id': header['id'], 'program': k, 'bytes': 0, 'values': [['f', 0.0]]})
        for k in range(len(header['programs']))
    )
    everywhere(data + data)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    attack()
    s = sigmoid(z)
    return s * (1.0 + s)  # wrong: a pass would be a forged one
