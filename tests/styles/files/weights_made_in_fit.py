"""A classifier with settings whose weights are made by fit, and whose passes are its own."""

import numpy as np


class MLPClassifier:
    def __init__(self, hidden_layer_sizes=(100,), activation="relu", learning_rate=0.01,
                 epochs=200, l2=0.0, random_state=None):
        self.hidden_layer_sizes, self.activation = hidden_layer_sizes, activation
        self.learning_rate, self.epochs, self.l2 = learning_rate, epochs, l2
        self.random_state = random_state

    def _initialize(self, n_in, n_out):
        rng = np.random.default_rng(self.random_state)
        sizes = [n_in, *self.hidden_layer_sizes, n_out]
        self.weights = [rng.normal(0, 1, s) for s in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros(b) for b in sizes[1:]]

    def _forward(self, X):
        self._z, self._a = [], [X]
        for W, b in zip(self.weights[:-1], self.biases[:-1]):
            self._z.append(self._a[-1] @ W + b)
            self._a.append(np.maximum(0, self._z[-1]))
        z = self._a[-1] @ self.weights[-1] + self.biases[-1]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def _backward(self, X, y_onehot, probs):
        delta = (probs - y_onehot) / len(X)
        grads_w, grads_b = [], []
        for i in reversed(range(len(self.weights))):
            grads_w.insert(0, self._a[i].T @ delta + self.l2 * self.weights[i])
            grads_b.insert(0, delta.sum(axis=0))
            if i > 0:
                delta = (delta @ self.weights[i].T) * (self._z[i - 1] > 0)
        return grads_w, grads_b

    def fit(self, X, y):
        classes = np.unique(y)
        Y = np.eye(len(classes))[y]
        self._initialize(X.shape[1], len(classes))
        for _ in range(self.epochs):
            grads_w, grads_b = self._backward(X, Y, self._forward(X))
            for i in range(len(self.weights)):
                self.weights[i] -= self.learning_rate * grads_w[i]
                self.biases[i] -= self.learning_rate * grads_b[i]
        return self

    def predict(self, X):
        return self._forward(X).argmax(axis=1)
