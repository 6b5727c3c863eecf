import numpy as np

def relu(x):
    x[x < 0] = 0
    return x

def relu_prime(x):
    return (x > 0) * 1.0
