"""All weights of a network in one vector, which the cost takes apart by its widths."""

import numpy as np


def logistic(z):
    return 1.0 / (1.0 + np.exp(-z))


def nn_cost(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lambda_):
    split = hidden_layer_size * (input_layer_size + 1)
    first = nn_params[:split].reshape(hidden_layer_size, -1)
    last = nn_params[split:].reshape(num_labels, -1)
    m = len(X)
    ones = np.ones((m, 1))
    a1 = np.hstack([ones, X])
    a2 = np.hstack([ones, logistic(a1 @ first.T)])
    h = logistic(a2 @ last.T)
    Y = np.eye(num_labels)[y.ravel()]
    J = -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / m
    J += lambda_ / (2 * m) * (np.sum(first[:, 1:] ** 2) + np.sum(last[:, 1:] ** 2))
    d3 = h - Y
    d2 = (d3 @ last * a2 * (1 - a2))[:, 1:]
    grad1, grad2 = d2.T @ a1 / m, d3.T @ a2 / m
    grad1[:, 1:] += lambda_ / m * first[:, 1:]
    grad2[:, 1:] += lambda_ / m * last[:, 1:]
    return J, np.concatenate([grad1.ravel(), grad2.ravel()])
