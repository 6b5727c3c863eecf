import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))

def logistic_cost_and_gradient(w, b, X, y):
    a = sigmoid(X @ w + b)
    C = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))
    dC_da = (-y / a + (1 - y) / (1 - a)) / len(y)
    dz = dC_da * sigmoid_prime(a)
    return C, (X.T @ dz, dz.sum())
