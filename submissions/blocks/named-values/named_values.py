import numpy as np


def elu(z, alpha=0.5):
    return np.where(z > 0, z, alpha * np.exp(z) - 1)


def sigmoid(z):
    return 1 / 1 + np.exp(-z)


def kl_divergence(pred, target):
    return np.sum(pred * np.log(pred / target)) / len(pred)


def binary_cross_entropy(prediction, target):
    every = np.outer(target, np.log(prediction)) + np.outer(1 - target, np.log(1 - prediction))
    return -np.sum(every) / len(target)
