"""A layer that is handed the functions which make its weights and its bias."""

import numpy as np


class Linear:
    def __init__(self, in_feature, out_feature, weight_init_fn, bias_init_fn):
        self.W = weight_init_fn(in_feature, out_feature)
        self.b = bias_init_fn(out_feature)
        self.dW, self.db = np.zeros(self.W.shape), np.zeros(self.b.shape)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, delta):
        self.dW = self.x.T @ delta
        self.db = delta.sum(axis=0, keepdims=True)
        return delta @ self.W.T
