"""Optimizers that are handed a layer and keep their memories on it."""

import numpy as np


class OptimizerSGD:
    def __init__(self, learning_rate=1.0, decay=0.0):
        self.learning_rate = learning_rate
        self.current = learning_rate
        self.decay = decay
        self.iterations = 0

    def pre_update_params(self):
        if self.decay:
            self.current = self.learning_rate / (1 + self.decay * self.iterations)

    def update_params(self, layer):
        layer.weights -= self.current * layer.dweights
        layer.biases -= self.current * layer.dbiases

    def post_update_params(self):
        self.iterations += 1


class OptimizerRMSprop(OptimizerSGD):
    def __init__(self, learning_rate=0.001, decay=0.0, epsilon=1e-7, rho=0.9):
        super().__init__(learning_rate, decay)
        self.epsilon = epsilon
        self.rho = rho

    def update_params(self, layer):
        if not hasattr(layer, "weight_cache"):
            layer.weight_cache = np.zeros_like(layer.weights)
            layer.bias_cache = np.zeros_like(layer.biases)
        layer.weight_cache = self.rho * layer.weight_cache + (1 - self.rho) * layer.dweights**2
        layer.bias_cache = self.rho * layer.bias_cache + (1 - self.rho) * layer.dbiases**2
        layer.weights -= self.current * layer.dweights / (np.sqrt(layer.weight_cache) + self.epsilon)
        layer.biases -= self.current * layer.dbiases / (np.sqrt(layer.bias_cache) + self.epsilon)
