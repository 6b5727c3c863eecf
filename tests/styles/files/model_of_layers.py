"""Layers are added to a model one by one; loss and optimizer are set, and it is finalized."""

import numpy as np


class DenseLayer:
    def __init__(self, n_inputs, n_neurons):
        self.weights = 0.01 * np.random.randn(n_inputs, n_neurons)
        self.biases = np.zeros((1, n_neurons))

    def forward(self, inputs):
        self.inputs = inputs
        self.output = inputs @ self.weights + self.biases
        return self.output

    def backward(self, dvalues):
        self.dweights = self.inputs.T @ dvalues
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        self.dinputs = dvalues @ self.weights.T
        return self.dinputs


class Tanh:
    def forward(self, inputs):
        self.output = np.tanh(inputs)
        return self.output

    def backward(self, dvalues):
        self.dinputs = dvalues * (1 - self.output**2)
        return self.dinputs


class MeanSquaredError:
    def forward(self, y_pred, y_true):
        return np.mean((y_pred - y_true) ** 2)

    def backward(self, y_pred, y_true):
        self.dinputs = 2 * (y_pred - y_true) / y_pred.size
        return self.dinputs


class Model:
    def __init__(self):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)

    def set(self, *, loss, optimizer):
        self.loss = loss
        self.optimizer = optimizer

    def finalize(self):
        self.trainable = [layer for layer in self.layers if hasattr(layer, "weights")]

    def forward(self, X, training):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, output, y):
        upstream = self.loss.backward(output, y)
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)

    def train(self, X, y, *, epochs=1):
        for _ in range(epochs):
            output = self.forward(X, training=True)
            self.backward(output, y)
            for layer in self.trainable:
                self.optimizer.update_params(layer)


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dout):
        for layer in self.layers[::-1]:
            dout = layer.backward(dout)
        return dout
