"""A convolutional net's first layer, and a linear classifier with a margin, updated in place."""
import numpy as np


class FirstDense:
    # nothing comes before this layer, so nobody asks for the gradient of its inputs
    def __init__(self, n_in, n_nodes):
        self.weights = np.random.randn(n_in, n_nodes) / n_in
        self.biases = np.zeros(n_nodes)

    def forward(self, batch):
        self.batch = batch
        return batch @ self.weights + self.biases

    def backprop(self, d_out, learn_rate):
        d_weights = self.batch.T @ d_out
        d_biases = d_out.sum(axis=0)
        self.weights -= learn_rate * d_weights
        self.biases -= learn_rate * d_biases
        return None


def svm_loss_and_gradient(features, labels, weights, bias, strength=0.0, *, delta=1.0):
    scores = features @ weights.T + bias
    rows = np.arange(len(labels))
    margins = np.maximum(0.0, scores - scores[rows, labels][:, None] + delta)
    margins[rows, labels] = 0.0
    loss = margins.sum() / len(labels) + strength * np.sum(weights ** 2)
    d_scores = (margins > 0).astype(float)
    d_scores[rows, labels] = -d_scores.sum(axis=1)
    d_scores /= len(labels)
    return float(loss), d_scores.T @ features + 2 * strength * weights, d_scores.sum(axis=0)
