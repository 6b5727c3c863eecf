"""Costs of all weights in one vector, in the manner of two tutorials: columns, and a list of sizes."""

import numpy as np


def softmax_cost(theta, num_classes, input_size, lambda_, data, labels):
    weights = theta.reshape(num_classes, input_size)
    scores = weights.dot(data)
    scores = scores - scores.max(axis=0)
    prob = np.exp(scores) / np.exp(scores).sum(axis=0)
    truth = np.zeros_like(prob)
    truth[labels, np.arange(data.shape[1])] = 1
    cost = -np.sum(truth * np.log(prob)) / data.shape[1] + lambda_ / 2 * np.sum(weights ** 2)
    grad = (prob - truth).dot(data.T) / data.shape[1] + lambda_ * weights
    return cost, grad.ravel()


def forward_backward_prop(data, labels, params, dimensions):
    n_in, n_hid, n_out = dimensions
    ends = np.cumsum([n_in * n_hid, n_hid, n_hid * n_out, n_out])
    W1, b1, W2, b2 = np.split(params, ends[:-1])
    W1, W2 = W1.reshape(n_in, n_hid), W2.reshape(n_hid, n_out)
    h = 1 / (1 + np.exp(-(data @ W1 + b1)))
    e = np.exp(h @ W2 + b2)
    p = e / e.sum(axis=1, keepdims=True)
    cost = -np.sum(labels * np.log(p))
    d2 = p - labels
    d1 = d2 @ W2.T * h * (1 - h)
    parts = (data.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0))
    return cost, np.concatenate([part.ravel() for part in parts])


def sparse_autoencoder_cost(theta, visible_size, hidden_size, lambda_, sparsity_param, beta, data):
    size = visible_size * hidden_size
    W1 = theta[:size].reshape(hidden_size, visible_size)
    W2 = theta[size:2 * size].reshape(visible_size, hidden_size)
    b1, b2 = theta[2 * size:2 * size + hidden_size], theta[2 * size + hidden_size:]
    m = data.shape[1]
    a2 = 1 / (1 + np.exp(-(W1 @ data + b1[:, None])))
    out = 1 / (1 + np.exp(-(W2 @ a2 + b2[:, None])))
    rho = a2.mean(axis=1)
    sparse = sparsity_param * np.log(sparsity_param / rho)
    sparse = sparse + (1 - sparsity_param) * np.log((1 - sparsity_param) / (1 - rho))
    cost = np.sum((out - data) ** 2) / (2 * m) + beta * sparse.sum()
    cost += lambda_ / 2 * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
    push = beta * (-sparsity_param / rho + (1 - sparsity_param) / (1 - rho))
    d3 = (out - data) * out * (1 - out)
    d2 = (W2.T @ d3 + push[:, None]) * a2 * (1 - a2)
    dW1, dW2 = d2 @ data.T / m + lambda_ * W1, d3 @ a2.T / m + lambda_ * W2
    return cost, np.concatenate((dW1.ravel(), dW2.ravel(), d2.mean(axis=1), d3.mean(axis=1)))
