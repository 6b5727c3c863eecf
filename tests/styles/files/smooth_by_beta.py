import numpy as np


def smooth_l1(y_true, y_pred, beta=1.0):
    d = np.abs(y_pred - y_true)
    return np.mean(np.where(d < beta, 0.5 * d ** 2 / beta, d - 0.5 * beta))


def smooth_l1_derivative(y_true, y_pred, beta=1.0):
    d = y_pred - y_true
    return np.where(np.abs(d) < beta, d / beta, np.sign(d)) / y_true.size
