import numpy as np

def g(z):
    return 1 / (1 + np.exp(-z))

def network_loss(params, X, Y):
    # one example per column, W is (out, in), b is a column
    m = X.shape[1]
    A1 = g(np.dot(params["W1"], X) + params["b1"])
    A2 = g(np.dot(params["W2"], A1) + params["b2"])
    A3 = g(np.dot(params["W3"], A2) + params["b3"])
    loss = -1 / m * np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
    dZ3 = A3 - Y
    dZ2 = np.dot(params["W3"].T, dZ3) * A2 * (1 - A2)
    dZ1 = np.dot(params["W2"].T, dZ2) * A1 * (1 - A1)
    grads = {
        "dW1": np.dot(dZ1, X.T) / m, "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": np.dot(dZ2, A1.T) / m, "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
        "dW3": np.dot(dZ3, A2.T) / m, "db3": np.sum(dZ3, axis=1, keepdims=True) / m,
    }
    return grads, loss
