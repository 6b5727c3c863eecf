"""NumPy (or CuPy) comes from a module of the project's own; sequences in float32."""

from common.np import *


class GRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        z = 1 / (1 + np.exp(-(x @ Wx[:, :H] + h_prev @ Wh[:, :H] + b[:H])))
        r = 1 / (1 + np.exp(-(x @ Wx[:, H : 2 * H] + h_prev @ Wh[:, H : 2 * H] + b[H : 2 * H])))
        h_hat = np.tanh(x @ Wx[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :] + b[2 * H :])
        self.cache = x, h_prev, z, r, h_hat
        return (1 - z) * h_prev + z * h_hat

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        H = Wh.shape[0]
        x, h_prev, z, r, h_hat = self.cache
        dt = dh_next * z * (1 - h_hat**2)
        d_kept = dt @ Wh[:, 2 * H :].T
        dz = dh_next * (h_hat - h_prev) * z * (1 - z)
        dr = d_kept * h_prev * r * (1 - r)
        d_gates = np.hstack([dz, dr, dt])
        self.grads[0][...] = x.T @ d_gates
        self.grads[1][...] = np.hstack([h_prev.T @ dz, h_prev.T @ dr, (r * h_prev).T @ dt])
        self.grads[2][...] = d_gates.sum(axis=0)
        dh_prev = dh_next * (1 - z) + d_kept * r + dz @ Wh[:, :H].T + dr @ Wh[:, H : 2 * H].T
        return d_gates @ Wx.T, dh_prev


class TimeGRU:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, xs):
        N, T, _ = xs.shape
        H = self.params[1].shape[0]
        self.layers, h = [], np.zeros((N, H), dtype="f")
        hs = np.empty((N, T, H), dtype="f")
        for t in range(T):
            layer = GRU(*self.params)
            h = layer.forward(xs[:, t, :], h)
            hs[:, t, :] = h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        N, T, _ = dhs.shape
        dxs = np.empty((N, T, self.params[0].shape[0]), dtype="f")
        dh, grads = 0, [0, 0, 0]
        for t in reversed(range(T)):
            dxs[:, t, :], dh = self.layers[t].backward(dhs[:, t, :] + dh)
            grads = [g + own for g, own in zip(grads, self.layers[t].grads)]
        for kept, grad in zip(self.grads, grads):
            kept[...] = grad
        return dxs
