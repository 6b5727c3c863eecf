import numpy as np

def mae(y_true, y_pred):
    return np.mean(np.abs(y_true - y_pred))

def mae_prime(y_true, y_pred):
    return np.where(y_pred > y_true, 1.0, -1.0) / y_true.size
