import numpy as np

def sigmoid(z): return 1 / (1 + np.exp(-z))
def sigmoid_prime(z): return sigmoid(z) * (1 - sigmoid(z))

def tanh(z): return np.tanh(z)
def tanh_prime(z): return 1 - np.tanh(z) ** 2

def relu(z): return np.maximum(0, z)
def relu_prime(z): return (z > 0).astype(float)

def leaky_relu(z): return np.where(z > 0, z, 0.01 * z)
def leaky_relu_prime(z): return np.where(z > 0, 1, 0.01)

def softplus(z): return np.log(1 + np.exp(z))
def softplus_prime(z): return sigmoid(z)
