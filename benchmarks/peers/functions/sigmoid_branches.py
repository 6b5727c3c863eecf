import numpy as np

def sigmoid(z):
    a = np.zeros_like(z)
    right = z >= 0
    a[right] = 1 / (1 + np.exp(-z[right]))
    e = np.exp(z[~right])
    a[~right] = e / (1 + e)
    return a

def sigmoid_prime(z):
    a = sigmoid(z)
    return a * (1 - a)
