import numpy as np


class Huber:
    def __init__(self, delta=1.35):
        self.delta = delta

    def forward(self, pred, target):
        self.e = pred - target
        self.small = np.abs(self.e) < self.delta
        big = self.delta * np.abs(self.e) - self.delta ** 2 / 2
        return np.sum(np.where(self.small, self.e ** 2 / 2, big)) / len(pred)

    def backward(self):
        return np.where(self.small, self.e, self.delta * np.sign(self.e)) / len(self.e)


class SquaredHinge:
    def forward(self, s, y):
        self.y, self.h = y, np.maximum(0.0, 1.0 - y * s)
        return np.sum(self.h ** 2)

    def backward(self):
        return -2.0 * self.y * self.h


class KLDivergence:
    def forward(self, q, p):
        self.q, self.p = q, p
        return (p * np.log(p / q)).mean()

    def backward(self):
        return -(self.p / self.q) / self.p.size


class NLLLoss:
    def forward(self, x, y):
        self.shape, self.y = x.shape, y
        return -x[np.arange(x.shape[0]), y].sum()

    def backward(self):
        dx = np.zeros(self.shape)
        dx[np.arange(self.shape[0]), self.y] -= 1.0
        return dx


class L2Penalty:
    def __init__(self, lam=0.1):
        self.lam = lam

    def forward(self, w):
        self.w = w
        return self.lam / 2 * np.sum(np.square(w))

    def backward(self):
        return self.lam * self.w


class L2SVM:
    def forward(self, scores, y):
        rows = np.arange(len(y))
        h = np.maximum(0, scores - scores[rows, y][:, None] + 1.0)
        h[rows, y] = 0
        self.h, self.y = h, y
        return np.sum(h ** 2) / len(y)

    def backward(self):
        ds = 2 * self.h
        ds[np.arange(len(self.y)), self.y] = -2 * self.h.sum(axis=1)
        return ds / len(self.y)
