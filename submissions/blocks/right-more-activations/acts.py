import numpy as np

def sig(z):
    return 1 / (1 + np.exp(-z))

def elu(z, alpha=1.0):
    return np.where(z > 0, z, alpha * (np.exp(z) - 1))

def elu_derivative(z, alpha=1.0):
    return np.where(z > 0, 1, alpha * np.exp(z))

def selu(z):
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    return scale * np.where(z > 0, z, alpha * (np.exp(z) - 1))

def selu_derivative(z):
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    return scale * np.where(z > 0, 1, alpha * np.exp(z))

def softsign(z):
    return z / (1 + np.abs(z))

def softsign_derivative(z):
    return 1 / (1 + np.abs(z)) ** 2

def swish(z, beta):
    return z * sig(beta * z)

def swish_derivative(z, beta):
    s = sig(beta * z)
    return s + beta * z * s * (1 - s)

def hard_sigmoid(z):
    return np.clip(0.2 * z + 0.5, 0, 1)

def hard_sigmoid_derivative(z):
    return np.where((z > -2.5) & (z < 2.5), 0.2, 0.0)
