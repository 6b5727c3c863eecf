"""A script's cost and its gradient: the data are the module's own, and fix how many weights."""

import numpy as np

X = np.array([[1.0, 0.5, -1.2, 2.0], [1.0, -0.3, 0.7, 0.1], [1.0, 1.1, 0.2, -0.4]])
y = np.array([1.0, -1.0, 0.5])


def cost(theta):
    return 0.5 * np.mean((X @ theta - y) ** 2)


def gradient(theta):
    return X.T @ (X @ theta - y) / len(y)


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def rosenbrock_grad(x):
    slope = x[1] - x[0] ** 2
    return np.array([-2 * (1 - x[0]) - 400 * x[0] * slope, 200 * slope])
