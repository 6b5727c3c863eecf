import numpy as np


def softmax(a):
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def error(W, Phi, T):
    return -np.sum(T * np.log(softmax(Phi @ W)))


def grad_error(W, Phi, T):
    return Phi.T @ (softmax(Phi @ W) - T)


def svm_loss(W, X, y, reg):
    n = np.arange(len(X))
    scores = X @ W
    margins = np.maximum(0, scores - scores[n, y][:, None] + 1)
    margins[n, y] = 0
    ds = (margins > 0).astype(float)
    ds[n, y] = -ds.sum(axis=1)
    return margins.sum() + reg * np.sum(W * W), X.T @ ds + 2 * reg * W
