import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward_pass(X, weights, biases):
    activations = [X]
    A = X
    for W, b in zip(weights, biases):
        A = sigmoid(W @ A + b)
        activations.append(A)
    return activations


def cost_function(X, Y, weights, biases):
    m = X.shape[1]
    A = forward_pass(X, weights, biases)[-1]
    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m


def backprop(X, Y, weights, biases):
    m = X.shape[1]
    acts = forward_pass(X, weights, biases)
    grad_w = [None] * len(weights)
    grad_b = [None] * len(biases)
    delta = acts[-1] - Y
    for layer in reversed(range(len(weights))):
        grad_w[layer] = delta @ acts[layer].T / m
        grad_b[layer] = delta.sum(axis=1, keepdims=True) / m
        if layer > 0:
            back = weights[layer].T @ delta
            delta = back * acts[layer] * (1 - acts[layer])
    return grad_w, grad_b
