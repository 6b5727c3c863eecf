"""An LSTM over a list of columns that keeps lists of states and updates at its own rate."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class LSTM:
    def __init__(self, input_size, hidden_size, output_size, learning_rate=0.1):
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.output_size = output_size
        self.lr = learning_rate
        z = input_size + hidden_size
        self.Wf = np.random.randn(hidden_size, z) * 0.1
        self.Wi = np.random.randn(hidden_size, z) * 0.1
        self.Wc = np.random.randn(hidden_size, z) * 0.1
        self.Wo = np.random.randn(hidden_size, z) * 0.1
        self.Wy = np.random.randn(output_size, hidden_size) * 0.1
        self.bf = np.zeros((hidden_size, 1))
        self.bi = np.zeros((hidden_size, 1))
        self.bc = np.zeros((hidden_size, 1))
        self.bo = np.zeros((hidden_size, 1))
        self.by = np.zeros((output_size, 1))

    def reset(self):
        self.caches = []

    def forward(self, inputs):
        self.caches = []
        h = np.zeros((self.hidden_size, 1))
        c = np.zeros((self.hidden_size, 1))
        outputs = []
        for x in inputs:
            z = np.vstack((h, x))
            f = sigmoid(self.Wf @ z + self.bf)
            i = sigmoid(self.Wi @ z + self.bi)
            g = np.tanh(self.Wc @ z + self.bc)
            o = sigmoid(self.Wo @ z + self.bo)
            c_prev = c
            c = f * c + i * g
            h = o * np.tanh(c)
            y = self.Wy @ h + self.by
            self.caches.append((z, f, i, g, o, c_prev, c, h))
            outputs.append(y)
        return outputs

    def backward(self, errors):
        d = {n: np.zeros_like(getattr(self, n)) for n in
             ("Wf", "Wi", "Wc", "Wo", "Wy", "bf", "bi", "bc", "bo", "by")}
        dh_next = np.zeros((self.hidden_size, 1))
        dc_next = np.zeros((self.hidden_size, 1))
        for t in reversed(range(len(self.caches))):
            z, f, i, g, o, c_prev, c, h = self.caches[t]
            e = errors[t]
            d["Wy"] += e @ h.T
            d["by"] += e
            dh = self.Wy.T @ e + dh_next
            do = dh * np.tanh(c) * o * (1 - o)
            dc = dh * o * (1 - np.tanh(c) ** 2) + dc_next
            df = dc * c_prev * f * (1 - f)
            di = dc * g * i * (1 - i)
            dg = dc * i * (1 - g ** 2)
            d["Wf"] += df @ z.T
            d["bf"] += df
            d["Wi"] += di @ z.T
            d["bi"] += di
            d["Wc"] += dg @ z.T
            d["bc"] += dg
            d["Wo"] += do @ z.T
            d["bo"] += do
            dz = self.Wf.T @ df + self.Wi.T @ di + self.Wc.T @ dg + self.Wo.T @ do
            dh_next = dz[:self.hidden_size]
            dc_next = f * dc
        for n, g in d.items():
            setattr(self, n, getattr(self, n) - self.lr * g)
