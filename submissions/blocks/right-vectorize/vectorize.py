import math
import numpy as np

@np.vectorize
def sigmoid(z):
    return 1 / (1 + math.exp(-z))

@np.vectorize
def sigmoid_prime(z):
    s = 1 / (1 + math.exp(-z))
    return s - s * s
