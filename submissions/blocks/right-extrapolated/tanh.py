"""Differences extrapolated until nothing is off, the value written out: a remark, no failure."""

import numpy as np


def tanh(x):
    return np.tanh(x)


def tanh_prime(x):
    table = []
    for k in range(5):
        h = 0.02 / 2**k
        row = [(np.tanh(x + h) - np.tanh(x - h)) / (2 * h)]
        for j in range(1, k + 1):
            row.append(row[j - 1] + (row[j - 1] - table[k - 1][j - 1]) / (4**j - 1))
        table.append(row)
    return table[-1][-1]
