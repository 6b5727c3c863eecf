import numpy as np


def tanh(x):
    return np.tanh(x)


def tanh_prime(x):
    return 1 - np.tanh(x) ** 2


class ActivationLayer:
    def __init__(self, activation, activation_prime):
        self.activation = activation
        self.activation_prime = activation_prime

    def forward_propagation(self, x):
        self.x = x
        return self.activation(x)

    def backward_propagation(self, output_error, learning_rate):
        return self.activation_prime(self.x) * output_error
