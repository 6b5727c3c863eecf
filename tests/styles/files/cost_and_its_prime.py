"""Classes with a cost of the data and, apart, its gradient; layers hold the parameters, too."""

import numpy as np


class NeuralNetwork:
    def __init__(self):
        self.W1 = np.random.randn(2, 3)
        self.W2 = np.random.randn(3, 1)

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def forward(self, X):
        self.z2 = X @ self.W1
        self.a2 = self.sigmoid(self.z2)
        return self.sigmoid(self.a2 @ self.W2)

    def costFunction(self, X, y):
        return 0.5 * sum((y - self.forward(X)) ** 2)

    def costFunctionPrime(self, X, y):
        y_hat = self.forward(X)
        delta3 = -(y - y_hat) * y_hat * (1 - y_hat)
        delta2 = delta3 @ self.W2.T * self.a2 * (1 - self.a2)
        return X.T @ delta2, self.a2.T @ delta3


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return dout @ self.W.T


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size):
        self.params = {
            "W1": 0.01 * np.random.randn(input_size, hidden_size), "b1": np.zeros(hidden_size),
            "W2": 0.01 * np.random.randn(hidden_size, output_size), "b2": np.zeros(output_size),
        }
        self.first = Affine(self.params["W1"], self.params["b1"])
        self.second = Affine(self.params["W2"], self.params["b2"])

    def predict(self, x):
        self.h = np.maximum(0, self.first.forward(x))
        z = self.second.forward(self.h)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, x, t):
        y = self.predict(x)
        return -np.log(y[np.arange(len(t)), t]).mean()

    def gradient(self, x, t):
        d = self.predict(x)
        d[np.arange(len(t)), t] -= 1
        d = self.second.backward(d / len(t))
        self.first.backward(d * (self.h > 0))
        return {"W1": self.first.dW, "b1": self.first.db,
                "W2": self.second.dW, "b2": self.second.db}
