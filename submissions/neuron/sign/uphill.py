import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    z = X.dot(w) + b
    o = np.maximum(z, 0)
    e = y - o
    return np.mean(e ** 2), 2 * X.T.dot(e * (z > 0)) / len(e), 2 * np.mean(e * (z > 0))
