import numpy as np

def neuron(w, b, X, y):
    z = np.dot(X, w) + b
    pred = np.maximum(z, 0)
    cost = np.mean((pred - y) ** 2)
    err = (pred - y) * (z > 0)
    return cost, np.dot(X.T, err) / len(y), np.mean(err)
