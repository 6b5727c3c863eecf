"""An autograd engine whose arrays are float32 throughout."""

import numpy as np


class Tensor:
    def __init__(self, data, parents=()):
        self.data = np.array(data, dtype=np.float32)
        self.grad = np.zeros_like(self.data)
        self.parents = parents
        self.step = lambda: None

    def _made(self, data, parents, step):
        out = Tensor(data, parents)
        out.step = lambda: step(out.grad)
        return out

    def __add__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)

        def step(grad):
            self.grad += of_shape(grad, self.data.shape)
            other.grad += of_shape(grad, other.data.shape)

        return self._made(self.data + other.data, (self, other), step)

    def __mul__(self, other):
        other = other if isinstance(other, Tensor) else Tensor(other)

        def step(grad):
            self.grad += of_shape(grad * other.data, self.data.shape)
            other.grad += of_shape(grad * self.data, other.data.shape)

        return self._made(self.data * other.data, (self, other), step)

    def matmul(self, other):
        def step(grad):
            self.grad += grad @ other.data.T
            other.grad += self.data.T @ grad

        return self._made(self.data @ other.data, (self, other), step)

    def tanh(self):
        t = np.tanh(self.data)

        def step(grad):
            self.grad += (1 - t**2) * grad

        return self._made(t, (self,), step)

    def sum(self):
        def step(grad):
            self.grad += grad * np.ones_like(self.data)

        return self._made(self.data.sum(), (self,), step)

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = np.ones_like(self.data)
        for node in reversed(order):
            node.step()


def of_shape(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
