import numpy as np


class LogisticRegression:
    """rows are examples, w is a column"""

    def __init__(self, n_in):
        self.W = np.zeros((n_in, 1))
        self.b = np.zeros((1, 1))

    def predict(self, X):
        return 1 / (1 + np.exp(-(X.dot(self.W) + self.b)))

    def loss(self, X, y):
        p = self.predict(X)
        N = X.shape[0]
        J = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / N
        err = p - y
        return J, {"W": X.T.dot(err) / N, "b": np.sum(err, axis=0, keepdims=True) / N}
