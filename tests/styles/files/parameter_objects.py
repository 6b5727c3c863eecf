"""Parameters that are objects of their own, each with its value and its gradient."""

import numpy as np


class Parameter:
    def __init__(self, data):
        self.data = data
        self.grad = np.zeros(data.shape)


class Linear:
    def __init__(self, in_features, out_features):
        self.weight = Parameter(np.random.randn(out_features, in_features))
        self.bias = Parameter(np.zeros(out_features))

    def forward(self, x):
        self.x = x
        return x @ self.weight.data.T + self.bias.data

    def backward(self, grad_output):
        self.weight.grad += grad_output.T @ self.x
        self.bias.grad += grad_output.sum(axis=0)
        return grad_output @ self.weight.data


class LayerNorm:
    def __init__(self, features, eps=1e-5):
        self.gamma, self.beta = Parameter(np.ones(features)), Parameter(np.zeros(features))
        self.eps = eps

    def forward(self, x):
        self.s = np.sqrt(x.var(axis=-1, keepdims=True) + self.eps)
        self.h = (x - x.mean(axis=-1, keepdims=True)) / self.s
        return self.gamma.data * self.h + self.beta.data

    def backward(self, grad_output):
        self.gamma.grad += (grad_output * self.h).sum(axis=0)
        self.beta.grad += grad_output.sum(axis=0)
        d = grad_output * self.gamma.data
        inner = (d * self.h).mean(axis=-1, keepdims=True)
        return (d - d.mean(axis=-1, keepdims=True) - self.h * inner) / self.s
