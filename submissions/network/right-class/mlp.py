import numpy as np


def sigm(v):
    return 1 / (1 + np.exp(-v))


class ThreeLayerNet:
    def __init__(self, input_dim, h1, h2):
        rng = np.random.default_rng(1)
        self.params = {}
        dims = [input_dim, h1, h2, 1]
        for i in range(3):
            self.params["W%d" % (i + 1)] = rng.normal(0, 0.1, (dims[i], dims[i + 1]))
            self.params["b%d" % (i + 1)] = np.zeros(dims[i + 1])

    def loss(self, X, y):
        acts = [X]
        for i in range(1, 4):
            acts.append(sigm(acts[-1] @ self.params["W%d" % i] + self.params["b%d" % i]))
        p = acts[-1]
        loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
        grads = {}
        delta = (p - y) / len(X)
        for i in range(3, 0, -1):
            grads["W%d" % i] = acts[i - 1].T @ delta
            grads["b%d" % i] = delta.sum(0)
            if i > 1:
                delta = (delta @ self.params["W%d" % i].T) * acts[i - 1] * (1 - acts[i - 1])
        return loss, grads
