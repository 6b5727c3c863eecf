import numpy as np

def mse(y_pred, y_true):
    return np.mean((y_pred - y_true) ** 2)

def mse_prime(y_pred, y_true):
    return 2 * (y_pred - y_true) / np.size(y_true)

def bce(y_pred, y_true):
    return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))

def bce_prime(y_pred, y_true):
    return ((1 - y_true) / (1 - y_pred) - y_true / y_pred) / np.size(y_true)
