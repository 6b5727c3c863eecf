import numpy as np


class NeuralNetwork:
    def __init__(self, n_inputs, n_hidden):
        self.W_hidden = np.random.randn(n_inputs, n_hidden)
        self.b_hidden = np.zeros((1, n_hidden))
        self.W_output = np.random.randn(n_hidden, 1)
        self.b_output = np.zeros((1, 1))

    def forward_pass(self, X):
        self.hidden = np.tanh(X @ self.W_hidden + self.b_hidden)
        return 1 / (1 + np.exp(-(self.hidden @ self.W_output + self.b_output)))

    def cost(self, y, y_hat, n_samples):
        return -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)) / n_samples

    def backward_pass(self, X, y, y_hat):
        d_o = y_hat - y
        self.dW_output = self.hidden.T @ d_o / len(X)
        self.db_output = d_o.mean(axis=0, keepdims=True)
        d_h = d_o @ self.W_output.T * (1 - self.hidden ** 2)
        self.dW_hidden = X.T @ d_h / len(X)
        self.db_hidden = d_h.mean(axis=0, keepdims=True)
