import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def network_cost_and_gradient(params, X, y):
    W1, b1, W2, b2, W3, b3 = (params[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
    a1 = sigmoid(X @ W1 + b1)
    a2 = sigmoid(a1 @ W2 + b2)
    a3 = sigmoid(a2 @ W3 + b3)
    cost = -np.sum(y * np.log(a3) + (1 - y) * np.log(1 - a3)) / len(X)
    dz3 = a3 - y
    dz2 = dz3 @ W3.T * a2 * (1 - a2)
    dz1 = dz2 @ W2.T * a1 * (1 - a1)
    return cost, {"W3": a2.T @ dz3, "b3": dz3.sum(axis=0), "W2": a1.T @ dz2,
                  "b2": dz2.sum(axis=0), "W1": X.T @ dz1, "b1": dz1.sum(axis=0)}
