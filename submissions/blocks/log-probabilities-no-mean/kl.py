"""The same, its mean over the examples left out of the gradient."""

import numpy as np


def kl_div(log_q, p):
    return np.mean(np.sum(p * (np.log(p) - log_q), axis=1))


def kl_div_backward(log_q, p):
    return -p
