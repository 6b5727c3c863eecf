"""A network of any depth with a linear output, its parameters in a dict."""

import numpy as np


def loss_and_grads(params, X, y):
    L = len(params) // 2
    acts = [X]
    for i in range(1, L + 1):
        z = acts[-1] @ params[f"W{i}"] + params[f"b{i}"]
        acts.append(np.maximum(z, 0) if i < L else z)
    n = X.shape[0]
    diff = acts[-1] - y
    g = 2 * diff / n
    grads = {}
    for i in range(L, 0, -1):
        grads[f"W{i}"] = acts[i - 1].T @ g
        grads[f"b{i}"] = g.sum(axis=0)
        g = g @ params[f"W{i}"].T
        if i > 1:
            g = g * (acts[i - 1] > 0)
    return np.sum(diff**2) / n, grads
