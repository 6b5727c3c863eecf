import numpy as np


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, grad_output):
        local = self.out * (1 - self.out)
        return grad_output * local


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad_output):
        local = 1 - np.square(self.out)
        return grad_output * local


class ReLU:
    def forward(self, x):
        self.x = x
        return np.maximum(0, x)

    def backward(self, grad_output):
        mask = self.x > 0
        return grad_output * mask


class ELU:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = x
        self.low = self.alpha * (np.exp(np.minimum(x, 0)) - 1)
        return np.where(x > 0, x, self.low)

    def backward(self, grad_output):
        slope = np.where(self.x > 0, 1, self.low + 1)
        return grad_output * slope


class Softmax:
    def forward(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        self.p = e / e.sum(axis=1, keepdims=True)
        return self.p

    def backward(self, grad_output):
        inner = np.sum(grad_output * self.p, axis=1, keepdims=True)
        return self.p * (grad_output - inner)
