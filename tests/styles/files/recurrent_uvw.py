"""A recurrent network with the letters U, V, W, and a window for the way back."""

import numpy as np


class RecurrentNetwork:
    def __init__(self, word_dim, hidden_dim=40, window=6):
        self.hidden_dim = hidden_dim
        self.window = window
        self.U = np.random.uniform(-0.2, 0.2, (hidden_dim, word_dim))
        self.V = np.random.uniform(-0.2, 0.2, (word_dim, hidden_dim))
        self.W = np.random.uniform(-0.2, 0.2, (hidden_dim, hidden_dim))

    def forward_propagation(self, x):
        s = np.zeros((len(x) + 1, self.hidden_dim))
        o = np.zeros((len(x), self.V.shape[0]))
        for t, word in enumerate(x):
            s[t] = np.tanh(self.U[:, word] + self.W @ s[t - 1])
            e = np.exp(self.V @ s[t])
            o[t] = e / e.sum()
        return o, s

    def calculate_total_loss(self, x, y):
        total = 0.0
        for words, following in zip(x, y):
            o, _ = self.forward_propagation(words)
            total -= np.sum(np.log(o[np.arange(len(following)), following]))
        return total

    def calculate_loss(self, x, y):
        return self.calculate_total_loss(x, y) / sum(len(following) for following in y)

    def bptt(self, x, y):
        o, s = self.forward_propagation(x)
        dU, dV, dW = np.zeros_like(self.U), np.zeros_like(self.V), np.zeros_like(self.W)
        for t in range(len(y)):
            error = o[t].copy()
            error[y[t]] -= 1
            dV += np.outer(error, s[t])
            delta = (self.V.T @ error) * (1 - s[t] ** 2)
            for step in range(t, max(-1, t - self.window), -1):
                dW += np.outer(delta, s[step - 1])
                dU[:, x[step]] += delta
                delta = (self.W.T @ delta) * (1 - s[step - 1] ** 2)
        return dU, dV, dW
