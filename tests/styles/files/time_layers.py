"""Layers over time that are handed their weights, keep them in lists, and begin at 0."""

import numpy as np


class TimeRNN:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, xs):
        Wx, Wh, b = self.params
        h = np.zeros((xs.shape[0], Wh.shape[0]))
        self.xs, self.hs = xs, [h]
        for t in range(xs.shape[1]):
            h = np.tanh(xs[:, t] @ Wx + h @ Wh + b)
            self.hs.append(h)
        return np.stack(self.hs[1:], axis=1)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        dxs, dh = np.zeros_like(self.xs), 0
        for grad in self.grads:
            grad[...] = 0
        for t in reversed(range(dhs.shape[1])):
            da = (dhs[:, t] + dh) * (1 - self.hs[t + 1] ** 2)
            dxs[:, t] = da @ Wx.T
            dh = da @ Wh.T
            self.grads[0] += self.xs[:, t].T @ da
            self.grads[1] += self.hs[t].T @ da
            self.grads[2] += da.sum(axis=0)
        return dxs


class TimeLSTM:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, xs):
        Wx, Wh, b = self.params
        M = Wh.shape[0]
        h = c = np.zeros((xs.shape[0], M))
        self.xs, self.steps, out = xs, [], []
        for t in range(xs.shape[1]):
            A = xs[:, t] @ Wx + h @ Wh + b
            f, i, o = (1 / (1 + np.exp(-A[:, k * M : (k + 1) * M])) for k in (0, 2, 3))
            g = np.tanh(A[:, M : 2 * M])
            before = h, c
            c = f * c + g * i
            h = o * np.tanh(c)
            self.steps.append((*before, f, g, i, o, c))
            out.append(h)
        return np.stack(out, axis=1)

    def backward(self, dhs):
        Wx, Wh, b = self.params
        dxs, dh, dc = np.zeros_like(self.xs), 0, 0
        grads = [np.zeros_like(p) for p in self.params]
        for t in reversed(range(dhs.shape[1])):
            h_prev, c_prev, f, g, i, o, c = self.steps[t]
            dh = dhs[:, t] + dh
            ds = dc + dh * o * (1 - np.tanh(c) ** 2)
            dA = np.hstack([
                ds * c_prev * f * (1 - f), ds * i * (1 - g ** 2),
                ds * g * i * (1 - i), dh * np.tanh(c) * o * (1 - o),
            ])
            grads[0] += self.xs[:, t].T @ dA
            grads[1] += h_prev.T @ dA
            grads[2] += dA.sum(axis=0)
            dxs[:, t], dh, dc = dA @ Wx.T, dA @ Wh.T, ds * f
        for kept, grad in zip(self.grads, grads):
            kept[...] = grad
        return dxs
