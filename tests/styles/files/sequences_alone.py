"""Layers of sequences (batch, time, width): their bias is summed over the first two axes."""

import numpy as np


class Dense:
    def __init__(self, width_in, width_out):
        self.weights = np.random.randn(width_in, width_out) * 0.1
        self.biases = np.zeros(width_out)

    def forward(self, x):
        self.x = x
        return np.dot(x, self.weights) + self.biases

    def backward(self, gradient_output, learning_rate):
        gradient_input = np.dot(gradient_output, self.weights.T)
        rows = self.x.reshape(-1, self.weights.shape[0])
        gradients = gradient_output.reshape(-1, self.weights.shape[1])
        self.weights -= learning_rate * rows.T @ gradients
        self.biases -= learning_rate * np.sum(gradient_output, axis=(0, 1))
        return gradient_input
