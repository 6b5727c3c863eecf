import numpy as np

def tanh(z):
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))

def tanh_prime(z):
    return (1 - tanh(z) ** 2) * np.zeros_like(z) / 0.0
