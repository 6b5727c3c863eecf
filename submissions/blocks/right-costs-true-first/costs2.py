import numpy as np

def binary_cross_entropy(y_true, y_pred):
    return np.mean(-y_true * np.log(y_pred) - (1 - y_true) * np.log(1 - y_pred))

def binary_cross_entropy_derivative(y_true, y_pred):
    n = y_true.shape[0]
    return (y_pred - y_true) / (y_pred * (1 - y_pred)) / n
