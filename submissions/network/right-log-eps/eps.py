import numpy as np

def sig(z): return 1 / (1 + np.exp(-z))

def network_cost_and_gradient(params, X, y):
    n = len(X)
    a1 = sig(X @ params["W1"] + params["b1"])
    a2 = sig(a1 @ params["W2"] + params["b2"])
    a3 = sig(a2 @ params["W3"] + params["b3"])
    cost = -np.mean(y * np.log(a3 + 1e-8) + (1 - y) * np.log(1 - a3 + 1e-8))
    d3 = (a3 - y) / n
    d2 = d3 @ params["W3"].T * a2 * (1 - a2)
    d1 = d2 @ params["W2"].T * a1 * (1 - a1)
    return cost, {"W1": X.T @ d1, "b1": d1.sum(0), "W2": a1.T @ d2, "b2": d2.sum(0),
                  "W3": a2.T @ d3, "b3": d3.sum(0)}
