# A network as it was written in 2012: print statements, xrange, np.float
import numpy as np


class Network():

    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def total_cost(self, data, lmbda):
        return sum(np.linalg.norm(x - y) for x, y in data) / len(data)

    def train(self, data, epochs):
        for j in xrange(epochs):
            print "Epoch {0} complete".format(j)

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape, dtype=np.float) for b in self.biases]
        nabla_w = [np.zeros(w.shape, dtype=np.float) for w in self.weights]
        activations = [x]
        for b, w in zip(self.biases, self.weights):
            activations.append(sigmoid(np.dot(w, activations[-1]) + b))
        delta = activations[-1] - y
        for l in xrange(1, self.num_layers):
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].T)
            a = activations[-l - 1]
            delta = np.dot(self.weights[-l].T, delta) * a * (1 - a)
        return nabla_b, nabla_w


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def tanh_derivative(a):
    return 1. - a ** 2
