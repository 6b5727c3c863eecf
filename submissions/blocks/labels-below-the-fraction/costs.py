import numpy as np


def mse(pred, target):
    diff = pred - target
    return np.mean(diff ** 2)


def mse_grad(pred, target):
    diff = pred - target
    return 2 * diff / diff.size


def mae(pred, target):
    return np.mean(np.abs(pred - target))


def mae_grad(pred, target):
    n = pred.size
    return np.sign(pred - target) / n


def binary_cross_entropy(pred, target):
    n = pred.shape[0]
    pos = target * np.log(pred)
    neg = (1 - target) * np.log(1 - pred)
    return -np.sum(pos + neg) / n


def binary_cross_entropy_grad(pred, target):
    n = pred.shape[0]
    pos = pred / target
    neg = (1 - pred) / (1 - target)
    return (neg - pos) / n


def cross_entropy(pred, target):
    n = len(pred)
    return -np.sum(target * np.log(pred)) / n


def cross_entropy_grad(pred, target):
    n = len(pred)
    return -(target / pred) / n
