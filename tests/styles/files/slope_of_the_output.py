import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def sigmoid_output_to_derivative(output):
    return output * (1 - output)


def tanh(x):
    return np.tanh(x)


def tanh2deriv(output):
    return 1 - output ** 2


def relu(x):
    return (x > 0) * x


def relu2deriv(output):
    return output > 0
