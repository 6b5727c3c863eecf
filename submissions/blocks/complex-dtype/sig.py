import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_prime(z):
    h = 1e-20
    return sigmoid(z + 1j * h) / h
