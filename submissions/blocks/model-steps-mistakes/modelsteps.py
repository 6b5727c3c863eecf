import numpy as np


class LogisticRegression:
    def __init__(self, n_features, lr=0.1):
        self.w = np.zeros((n_features, 1))
        self.b = 0.0
        self.lr = lr

    def forward(self, X):
        return 1 / (1 + np.exp(-(X @ self.w + self.b)))

    def loss(self, X, y):
        a = self.forward(X)
        return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))

    def gradients(self, X, y):
        a = self.forward(X)
        n = X.shape[0]
        return {"w": X.T @ (a - y) / n, "b": np.sum(a - y) / n}

    def step(self, X, y):
        g = self.gradients(X, y)
        self.w += self.lr * g["w"]
        self.b += self.lr * g["b"]


class LinearRegression:
    def __init__(self, n_features, learning_rate=0.1):
        self.w = np.zeros(n_features)
        self.b = 0.0
        self.learning_rate = learning_rate

    def predict(self, X):
        return X @ self.w + self.b

    def loss(self, X, y):
        return np.mean((self.predict(X) - y) ** 2)

    def gradients(self, X, y):
        e = self.predict(X) - y
        return 2 * X.T @ e / len(y), 2 * np.mean(e)

    def step(self, X, y):
        dw, _ = self.gradients(X, y)
        self.w = self.w - self.learning_rate * dw
        _, db = self.gradients(X, y)
        self.b = self.b - self.learning_rate * db
