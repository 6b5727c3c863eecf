"""A network in a class: forward keeps what backward needs, any depth, softmax at the end."""

import numpy as np


class NeuralNetwork:
    def __init__(self, layer_sizes):
        self.params, self.cache = {}, {}
        self.depth = len(layer_sizes) - 1
        for k in range(1, self.depth + 1):
            shape = (layer_sizes[k], layer_sizes[k - 1])
            self.params["W" + str(k)] = np.random.randn(*shape) / np.sqrt(shape[1])
            self.params["b" + str(k)] = np.zeros((shape[0], 1))

    def forward(self, x):
        self.cache["A0"] = x.T
        for k in range(1, self.depth + 1):
            before = self.cache["A" + str(k - 1)]
            z = self.params["W" + str(k)] @ before + self.params["b" + str(k)]
            if k < self.depth:
                self.cache["A" + str(k)] = np.maximum(z, 0)
            else:
                e = np.exp(z - z.max(axis=0))
                self.cache["A" + str(k)] = e / e.sum(axis=0)
        return self.cache["A" + str(self.depth)]

    def cross_entropy_loss(self, y, output):
        return -np.sum(y.T * np.log(output)) / len(y)

    def back_propagate(self, y, output):
        grads, m = {}, len(y)
        dz = output - y.T
        for k in range(self.depth, 0, -1):
            before = self.cache["A" + str(k - 1)]
            grads["W" + str(k)] = dz @ before.T / m
            grads["b" + str(k)] = dz.sum(axis=1, keepdims=True) / m
            dz = (self.params["W" + str(k)].T @ dz) * (before > 0)
        return grads
