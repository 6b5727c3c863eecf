import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    z = X.dot(w) + b
    o = np.maximum(z, 0)
    e = y - o
    cost = np.mean(e ** 2)
    grad_w = 2 * (e * (z > 0)) @ X
    grad_b = 2 * np.sum(e * (z > 0))
    return cost, (grad_w, grad_b)
