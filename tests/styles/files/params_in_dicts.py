import numpy as np


class Linear:
    def __init__(self, in_features, out_features):
        self.params = {}
        self.grads = {}
        self.params["W"] = np.random.normal(0, 0.1, (in_features, out_features))
        self.params["b"] = np.zeros(out_features)

    def forward(self, x):
        self.cache = x
        return np.dot(x, self.params["W"]) + self.params["b"]

    def backward(self, grad):
        x = self.cache
        self.grads["W"] = np.dot(x.T, grad)
        self.grads["b"] = grad.sum(axis=0)
        return np.dot(grad, self.params["W"].T)
