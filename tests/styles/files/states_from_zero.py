"""Recurrent layers whose first state is zeros, made inside."""

import numpy as np


class RNN:
    def __init__(self, input_size, hidden_size):
        self.Wx = np.random.randn(input_size, hidden_size) * 0.1
        self.Wh = np.random.randn(hidden_size, hidden_size) * 0.1
        self.b = np.zeros(hidden_size)

    def forward(self, x):
        N, T, _ = x.shape
        self.x = x
        self.h = np.zeros((N, T + 1, self.Wh.shape[0]))
        for t in range(T):
            self.h[:, t] = np.tanh(x[:, t] @ self.Wx + self.h[:, t - 1] @ self.Wh + self.b)
        return self.h[:, :-1]

    def backward(self, dh):
        self.dWx, self.dWh = np.zeros_like(self.Wx), np.zeros_like(self.Wh)
        self.db = np.zeros_like(self.b)
        dx = np.zeros_like(self.x)
        later = 0
        for t in range(dh.shape[1])[::-1]:
            da = (dh[:, t] + later) * (1 - self.h[:, t] ** 2)
            dx[:, t] = da @ self.Wx.T
            self.dWx += self.x[:, t].T @ da
            self.dWh += self.h[:, t - 1].T @ da
            self.db += da.sum(0)
            later = da @ self.Wh.T
        return dx


class LSTM:
    def __init__(self, D, H):
        s = 1 / np.sqrt(H)
        self.Wx = np.random.uniform(-s, s, (D, 4 * H))
        self.Wh = np.random.uniform(-s, s, (H, 4 * H))
        self.b = np.zeros(4 * H)

    def forward(self, x):
        N, T, _ = x.shape
        H = self.Wh.shape[0]
        h, c = np.zeros((N, H)), np.zeros((N, H))
        out, self.tape, self.x = [], [], x

        def squash(v):
            return 1 / (1 + np.exp(-v))

        for t in range(T):
            i, f, o, g = np.split(x[:, t] @ self.Wx + h @ self.Wh + self.b, 4, axis=1)
            i, f, o, g = squash(i), squash(f), squash(o), np.tanh(g)
            self.tape.append((h, c, i, f, o, g, f * c + i * g))
            c = f * c + i * g
            h = o * np.tanh(c)
            out.append(h)
        return np.stack(out, axis=1)

    def backward(self, dout):
        N, T, H = dout.shape
        self.dWx, self.dWh, self.db = (np.zeros_like(v) for v in (self.Wx, self.Wh, self.b))
        dx = np.zeros_like(self.x)
        dh_next, dc_next = np.zeros((N, H)), np.zeros((N, H))
        for t in range(T)[::-1]:
            h, c, i, f, o, g, c2 = self.tape[t]
            dh = dout[:, t] + dh_next
            dc = dc_next + dh * o * (1 - np.tanh(c2) ** 2)
            gates = (dc * g * i * (1 - i), dc * c * f * (1 - f),
                     dh * np.tanh(c2) * o * (1 - o), dc * i * (1 - g**2))
            dz = np.concatenate(gates, axis=1)
            dx[:, t] = dz @ self.Wx.T
            self.dWx += self.x[:, t].T @ dz
            self.dWh += h.T @ dz
            self.db += dz.sum(axis=0)
            dh_next = dz @ self.Wh.T
            dc_next = dc * f
        return dx
