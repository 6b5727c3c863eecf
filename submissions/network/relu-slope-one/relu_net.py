import numpy as np

def two_layer_net(params, X, y):
    h = np.maximum(X @ params["W1"] + params["b1"], 0)
    p = 1 / (1 + np.exp(-(h @ params["W2"] + params["b2"])))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dz2 = (p - y) / len(y)
    dz1 = dz2 @ params["W2"].T
    return loss, {"W1": X.T @ dz1, "b1": dz1.sum(0), "W2": h.T @ dz2, "b2": dz2.sum(0)}
