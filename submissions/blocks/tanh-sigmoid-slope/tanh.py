import numpy as np

def tanh(z):
    return np.tanh(z)

def tanh_prime(z):
    return np.tanh(z) * (1 - np.tanh(z))
