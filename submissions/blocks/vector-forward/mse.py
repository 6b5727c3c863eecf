import numpy as np

def sigmoid(z):
    return (1 / (1 + np.exp(-z))).sum(axis=0)

def sigmoid_prime(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)
