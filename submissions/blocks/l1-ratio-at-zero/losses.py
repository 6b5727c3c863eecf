import numpy as np

def mean_absolute_error(y_pred, y):
    return np.abs(y_pred - y).sum() / y.size

def mean_absolute_error_grad(y_pred, y):
    return (y_pred - y) / np.abs(y_pred - y) / y.size
