"""A textbook's perceptron: forward gives both activations, backward the derivatives in a tuple."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def int_to_onehot(y, num_labels):
    ary = np.zeros((y.shape[0], num_labels))
    for i, val in enumerate(y):
        ary[i, val] = 1
    return ary


class Perceptron:
    def __init__(self, num_features, num_hidden, num_classes, random_seed=123):
        self.num_classes = num_classes
        rng = np.random.RandomState(random_seed)
        self.weight_h = rng.normal(scale=0.1, size=(num_hidden, num_features))
        self.bias_h = np.zeros(num_hidden)
        self.weight_out = rng.normal(scale=0.1, size=(num_classes, num_hidden))
        self.bias_out = np.zeros(num_classes)

    def forward(self, x):
        a_h = sigmoid(x @ self.weight_h.T + self.bias_h)
        a_out = sigmoid(a_h @ self.weight_out.T + self.bias_out)
        return a_h, a_out

    def backward(self, x, a_h, a_out, y):
        d_loss__d_a_out = 2.0 * (a_out - int_to_onehot(y, self.num_classes)) / y.shape[0]
        delta_out = d_loss__d_a_out * a_out * (1.0 - a_out)
        d_loss__dw_out = delta_out.T @ a_h
        d_loss__db_out = np.sum(delta_out, axis=0)
        delta_h = (delta_out @ self.weight_out) * a_h * (1.0 - a_h)
        d_loss__dw_h = delta_h.T @ x
        d_loss__db_h = np.sum(delta_h, axis=0)
        return d_loss__dw_out, d_loss__db_out, d_loss__dw_h, d_loss__db_h
