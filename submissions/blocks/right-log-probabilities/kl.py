"""The divergence of a target from log-probabilities: the logarithm has been taken already."""

import numpy as np


def kl_div(log_q, p):
    return np.sum(p * (np.log(p) - log_q))


def kl_div_backward(log_q, p):
    return -p
