import numpy as np


def huber_loss(y_pred, y_true, delta=1.0):
    error = y_pred - y_true
    small = np.abs(error) <= delta
    loss = np.where(small, 0.5 * error ** 2, delta * (np.abs(error) - 0.5 * delta)).mean()
    grad = np.where(small, error, delta * np.sign(error)) / error.size
    return loss, grad
