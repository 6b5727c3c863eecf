import numpy as np


def softmax(X):
    X_exp = np.exp(X - X.max(1, keepdims=True))
    partition = X_exp.sum(1, keepdims=True)
    return X_exp / partition  # broadcasting


def cross_entropy(y_hat, y):
    return -np.log(y_hat[range(len(y_hat)), y]).mean()


def grad(X, y, W, b):
    delta = softmax(X.dot(W) + b)
    delta[range(len(y)), y] -= 1
    delta /= len(y)
    return X.T.dot(delta), delta.sum(0)
