import numpy as np

def bce(q, y):
    return -np.mean(y * np.log(q) + (1 - y) * np.log(1 - q))

def bce_prime(q, y):
    return (q - y) / (q * (1 - q) + 1e-8) / len(y)
