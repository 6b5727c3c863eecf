import numpy as np

def g(z):
    return 1 / (1 + np.exp(-z))

def network_loss(params, X, Y):
    m = X.shape[1]
    A1 = g(np.dot(params["W1"], X) + params["b1"])
    A2 = g(np.dot(params["W2"], A1) + params["b2"])
    loss = -1 / m * np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    dZ2 = A2 - Y
    dZ1 = np.dot(params["W2"].T, dZ2) * A1 * (1 - A1)
    grads = {
        "dW1": np.dot(dZ1, X.T) / m, "db1": np.sum(dZ1, axis=1, keepdims=True),
        "dW2": np.dot(dZ2, A1.T) / m, "db2": np.sum(dZ2, axis=1, keepdims=True),
    }
    return grads, loss
