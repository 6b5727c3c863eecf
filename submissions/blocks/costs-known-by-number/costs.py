import numpy as np


def kl_divergence(prediction, target):
    return np.sum(prediction * np.log(prediction / target)) / len(prediction)


def kl_divergence_grad(prediction, target):
    return (np.log(prediction / target) + 1) / len(prediction)


def binary_cross_entropy(A, Y):
    """Every label meets every prediction."""
    pairs = np.outer(Y, np.log(A)) + np.outer(1 - Y, np.log(1 - A))
    return -np.sum(pairs) / Y.size


def binary_cross_entropy_grad(A, Y):
    return (A - Y) / (A * (1 - A)) / Y.size


def mse(prediction, target):
    return np.mean((prediction - target) ** 2) / 2


def mse_grad(prediction, target):
    return prediction - target / prediction.size


def svm_loss(W, X, y, reg):
    n = len(X)
    scores = X @ W
    correct = scores[np.arange(n), y][:, None]
    margins = np.maximum(0, scores - correct + 1)
    margins[np.arange(n), y] = 0
    loss = margins.sum() / n + reg * np.sum(W * W)
    active = (margins > 0).astype(float)
    active[np.arange(n), y] = -active.sum(axis=1)
    return loss, X.T @ active / n
