import numpy as np


def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    n_classes = W.shape[1]
    n = X.shape[0]
    loss = 0.0
    for i in range(n):
        scores = X[i].dot(W)
        right = scores[y[i]]
        for j in range(n_classes):
            if j == y[i]:
                continue
            margin = scores[j] - right + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / n + reg * np.sum(W * W)
    return loss, dW / n + 2 * reg * W


def svm_loss_vectorized(W, X, y, reg=0.0):
    n = X.shape[0]
    rows = np.arange(n)
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    loss = margins.sum() / n + 0.5 * reg * np.sum(W * W)
    active = (margins > 0).astype(float)
    active[rows, y] = -active.sum(axis=1)
    return loss, X.T @ active / n + reg * W


def linear_svm_loss(W, X, y):
    scores = W @ X
    columns = np.arange(X.shape[1])
    margins = np.maximum(0, scores - scores[y, columns] + 1)
    margins[y, columns] = 0
    active = np.sign(margins)
    active[y, columns] = -active.sum(axis=0)
    return margins.sum() / len(columns), active @ X.T / len(columns)
