import numpy as np


class MSELoss:
    def forward(self, y_pred, y_true):
        self.error = y_pred - y_true
        return 0.5 * np.mean(np.sum(self.error ** 2, axis=1))

    def backward(self):
        batch = self.error.shape[0]
        return self.error / batch


class BCELoss:
    def forward(self, y_pred, y_true):
        self.p = y_pred
        self.t = y_true
        ll = y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred)
        return -np.mean(ll)

    def backward(self):
        numerator = self.p - self.t
        denominator = self.p * (1 - self.p)
        return numerator / denominator / self.p.size


class CrossEntropyLoss:
    def forward(self, scores, labels):
        z = scores - scores.max(axis=1, keepdims=True)
        logsum = np.log(np.exp(z).sum(axis=1, keepdims=True))
        self.logp = z - logsum
        self.labels = labels
        picked = self.logp[np.arange(len(labels)), labels]
        return -picked.mean()

    def backward(self):
        n = len(self.labels)
        g = np.exp(self.logp)
        g[np.arange(n), self.labels] -= 1
        return (g / n).sum()
