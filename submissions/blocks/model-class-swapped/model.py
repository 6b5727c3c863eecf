import numpy as np


class LogisticRegression:
    def __init__(self, n_features):
        self.w = np.zeros(n_features)
        self.b = 0.0

    def predict_proba(self, X):
        return 1 / (1 + np.exp(-(X @ self.w + self.b)))

    def loss(self, X, y):
        p = self.predict_proba(X)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    def gradient(self, X, y):
        p = self.predict_proba(X)
        error = p - y
        dw = X.T.dot(error) / len(y)
        db = error.mean()
        return db, dw
