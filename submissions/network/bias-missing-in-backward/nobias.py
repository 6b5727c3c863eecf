import numpy as np

def sig(z): return 1 / (1 + np.exp(-z))

def cost(params, X, y):
    h = np.tanh(X @ params["W1"] + params["b1"])
    p = sig(h @ params["W2"] + params["b2"])
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

def cost_grad(params, X, y):
    h = np.tanh(X @ params["W1"])
    d2 = (sig(h @ params["W2"]) - y) / len(y)
    d1 = d2 @ params["W2"].T * (1 - h ** 2)
    return {"W1": X.T @ d1, "b1": d1.sum(0), "W2": h.T @ d2, "b2": d2.sum(0)}
