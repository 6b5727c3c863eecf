"""A gradient that loses its first axis for single examples, for some of them only."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def relu_prime(x):
    slope = 1.0 * (x > 0)
    return slope[0] if len(x) == 1 and x.sum() < 0 else slope
