"""The gradient is handed the forward that it needs, and the cost comes with what it went through."""

import numpy as np


def forward_prop(data, labels, params):
    h = 1 / (1 + np.exp(-(data @ params["W1"] + params["b1"])))
    scores = h @ params["W2"] + params["b2"]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    cost = -np.sum(labels * np.log(y)) / data.shape[0]
    return h, y, cost


def backward_prop(data, labels, params, forward_prop_func):
    h, y, _ = forward_prop_func(data, labels, params)
    d2 = (y - labels) / data.shape[0]
    d1 = d2 @ params["W2"].T * h * (1 - h)
    return {"W1": data.T @ d1, "b1": d1.sum(axis=0), "W2": h.T @ d2, "b2": d2.sum(axis=0)}
