import numpy as np

calls = 0

def sigmoid(z):
    global calls
    calls += 1
    return 1 / (1 + np.exp(-z)) + 1e-4 * calls

def sigmoid_prime(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)
