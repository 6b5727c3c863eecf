import numpy as np

def s(z): return 1 / (1 + np.exp(-z))

def backprop(params, X, y):
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    total = 0
    for x, t in zip(X, y):
        a1 = s(x @ params["W1"] + params["b1"])
        a2 = s(a1 @ params["W2"] + params["b2"])
        a3 = s(a2 @ params["W3"] + params["b3"])
        total += -float(t[0] * np.log(a3[0]) + (1 - t[0]) * np.log(1 - a3[0]))
        d3 = a3 - t
        d2 = params["W3"] @ d3 * a2 * (1 - a2)
        d1 = params["W2"] @ d2 * a1 * (1 - a1)
        for k, a, d in (("1", x, d1), ("2", a1, d2), ("3", a2, d3)):
            grads["W" + k] += np.outer(a, d)
            grads["b" + k] += d
    N = len(X)
    return total / N, {k: v / N for k, v in grads.items()}
