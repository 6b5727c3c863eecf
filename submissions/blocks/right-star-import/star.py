from numpy import *

def sigmoid(z):
    return 1 / (1 + exp(-z))

def sigmoid_prime(z):
    return exp(-z) / (1 + exp(-z)) ** 2

def softplus(z):
    return maximum(z, 0) + log1p(exp(-abs(z)))

def softplus_prime(z):
    return 1 / (1 + exp(-z))
