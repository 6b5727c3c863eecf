from numpy import exp, tanh as _tanh, where


def sigmoid(z):
    return 1 / (1 + exp(-z))


def deriv_sigmoid(z):
    fx = sigmoid(z)
    return fx * (1 - fx)


def tanh(z):
    return _tanh(z)


def tanh_derivative(z):
    return 1 - _tanh(z) ** 2


def leaky_relu(z, alpha=0.01):
    return where(z > 0, z, alpha * z)


def leaky_relu_grad(z, alpha=0.01):
    return where(z > 0, 1.0, alpha)
