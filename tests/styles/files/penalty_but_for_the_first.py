import numpy as np


def squash(z):
    return 1 / (1 + np.exp(-z))


def cost_reg(theta, X, y, lamda):
    h = squash(X @ theta)
    fit = -np.mean(y * np.log(h) + (1 - y) * np.log(1 - h))
    return fit + lamda / (2 * len(y)) * np.sum(theta[1:] ** 2)


def gradient_reg(theta, X, y, lamda):
    grad = X.T @ (squash(X @ theta) - y) / len(y)
    grad[1:] += lamda / len(y) * theta[1:]
    return grad


def ridge_cost(X, y, theta, lambda_=1.0):
    t = np.vstack([np.zeros((1, 1)), theta[1:]])
    error = X.dot(theta) - y
    J = np.sum(error**2) / (2 * len(y)) + lambda_ / (2 * len(y)) * np.sum(t**2)
    return J, (X.T.dot(error) + lambda_ * t) / len(y)
