"""No NumPy anywhere: lists of numbers, loops, and a dense layer of lists of lists."""

import math
import random


def softmax(xs):
    top = max(xs)
    exps = [math.exp(x - top) for x in xs]
    total = sum(exps)
    return [e / total for e in exps]


def bce_loss(predictions, targets):
    total = 0.0
    for p, t in zip(predictions, targets):
        total -= t * math.log(p) + (1 - t) * math.log(1 - p)
    return total / len(predictions)


def bce_gradient(predictions, targets):
    n = len(predictions)
    grads = []
    for p, t in zip(predictions, targets):
        grads.append((-(t / p) + (1 - t) / (1 - p)) / n)
    return grads


class Linear:
    def __init__(self, fan_in, fan_out):
        self.weights = [[random.gauss(0, 1) for _ in range(fan_in)] for _ in range(fan_out)]
        self.biases = [0.0] * fan_out

    def forward(self, x):
        self.x = x
        return [sum(w * v for w, v in zip(row, x)) + b for row, b in zip(self.weights, self.biases)]

    def backward(self, grad_output):
        self.weight_grads = [[g * v for v in self.x] for g in grad_output]
        self.bias_grads = [g for g in grad_output]
        return [sum(row[i] * g for row, g in zip(self.weights, grad_output))
                for i in range(len(self.x))]
