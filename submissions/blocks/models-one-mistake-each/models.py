import numpy as np


def linear_regression(w, b, X, y):
    error = X @ w + b - y
    return np.mean(error**2), {"dw": 2 * X.T @ error, "db": 2 * error.mean()}


def softmax_loss_naive(W, X, y, reg):
    loss, dW = 0.0, np.zeros_like(W)
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        scores -= np.max(scores)
        p = np.exp(scores) / np.sum(np.exp(scores))
        loss -= np.log(p[y[i]])
        for k in range(W.shape[1]):
            dW[:, k] += (p[k] - (k == y[i])) * X[i]
    loss = loss / X.shape[0] + reg * np.sum(W * W)
    dW = dW / X.shape[0] + reg * W
    return loss, dW


class TwoLayerNet:
    def __init__(self, input_dim, hidden_dim, num_classes, reg=0.1):
        self.params = {
            "W1": 0.1 * np.random.randn(input_dim, hidden_dim), "b1": np.zeros(hidden_dim),
            "W2": 0.1 * np.random.randn(hidden_dim, num_classes), "b2": np.zeros(num_classes),
        }
        self.reg = reg

    def loss(self, X, y):
        W1, b1, W2, b2 = (self.params[k] for k in ("W1", "b1", "W2", "b2"))
        h = np.maximum(0, X @ W1 + b1)
        scores = h @ W2 + b2
        shifted = scores - scores.max(axis=1, keepdims=True)
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        rows = np.arange(len(y))
        loss = -log_p[rows, y].mean() + 0.5 * self.reg * ((W1**2).sum() + (W2**2).sum())
        dz = np.exp(log_p)
        dz[rows, y] -= 1
        dz /= len(y)
        grads = {"W2": h.T @ dz + self.reg * W2, "b2": dz.sum(axis=0)}
        dh = dz @ W2.T
        grads["W1"] = X.T @ dh + self.reg * W1
        grads["b1"] = dh.sum(axis=0)
        return loss, grads
