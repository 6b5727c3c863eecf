"""Layers that make their weights when a network builds them, or when they first see an input."""
import copy
import numpy as np


class Layer:
    def set_input_shape(self, shape):
        self.input_shape = shape

    def forward_pass(self, X, training):
        raise NotImplementedError

    def backward_pass(self, accum_grad):
        raise NotImplementedError


class Dense(Layer):
    """Weights from initialize(optimizer), changed by backward_pass through copies of it."""

    def __init__(self, n_units, input_shape=None):
        self.n_units = n_units
        self.input_shape = input_shape
        self.W = None
        self.w0 = None

    def initialize(self, optimizer):
        reach = 1 / np.sqrt(self.input_shape[0])
        self.W = np.random.uniform(-reach, reach, (self.input_shape[0], self.n_units))
        self.w0 = np.zeros((1, self.n_units))
        self.W_opt = copy.copy(optimizer)
        self.w0_opt = copy.copy(optimizer)

    def forward_pass(self, X, training=True):
        self.seen = X
        return X.dot(self.W) + self.w0

    def backward_pass(self, accum_grad):
        W = self.W
        self.W = self.W_opt.update(self.W, self.seen.T.dot(accum_grad))
        self.w0 = self.w0_opt.update(self.w0, accum_grad.sum(axis=0, keepdims=True))
        return accum_grad.dot(W.T)


class Flatten(Layer):
    def forward_pass(self, X, training=True):
        self.shape = X.shape
        return X.reshape(X.shape[0], -1)

    def backward_pass(self, accum_grad):
        return accum_grad.reshape(self.shape)


class Linear:
    """Weights in a dict, made at the first forward."""

    def __init__(self, num_out):
        self.num_out = num_out
        self.params = {"w": None, "b": None}
        self.grads = {}

    def forward(self, inputs):
        if self.params["w"] is None:
            self.params["w"] = np.random.randn(inputs.shape[1], self.num_out)
            self.params["b"] = np.zeros(self.num_out)
        self.inputs = inputs
        return inputs @ self.params["w"] + self.params["b"]

    def backward(self, grad):
        self.grads["w"] = self.inputs.T @ grad
        self.grads["b"] = np.sum(grad, axis=0)
        return grad @ self.params["w"].T
