import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class RNNCell:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(np.dot(h_prev, Wh) + np.dot(x, Wx) + b)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, b = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next**2)
        self.grads[0][...] = np.dot(x.T, dt)
        self.grads[1][...] = np.dot(h_prev.T, dt)
        self.grads[2][...] = np.sum(dt, axis=0)
        return np.dot(dt, Wx.T), np.dot(dt, Wh.T)


class LSTMCell:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h_prev, c_prev):
        H = h_prev.shape[1]
        A = np.dot(x, self.Wx) + np.dot(h_prev, self.Wh) + self.b
        f, g, i, o = (A[:, k * H:(k + 1) * H] for k in range(4))
        f, g, i, o = sigmoid(f), np.tanh(g), sigmoid(i), sigmoid(o)
        c = f * c_prev + g * i
        h = o * np.tanh(c)
        self.cache = (x, h_prev, c_prev, i, f, g, o, c)
        return h, c

    def backward(self, dh_next, dc_next):
        x, h_prev, c_prev, i, f, g, o, c = self.cache
        t = np.tanh(c)
        ds = dc_next + dh_next * o * (1 - t**2)
        df = ds * c_prev * f * (1 - f)
        dg = ds * i * (1 - g**2)
        di = ds * g * i * (1 - i)
        do = dh_next * t * o * (1 - o)
        dA = np.hstack((df, dg, di, do))
        self.dWh = np.dot(h_prev.T, dA)
        self.dWx = np.dot(x.T, dA)
        self.db = dA.sum(axis=0)
        return np.dot(dA, self.Wx.T), np.dot(dA, self.Wh.T), ds * f


class GRUCell:
    """The convention of PyTorch: reset after the product, z keeps."""

    def __init__(self, input_size, hidden_size):
        self.Wx = np.random.randn(input_size, 3 * hidden_size)
        self.Wh = np.random.randn(hidden_size, 3 * hidden_size)
        self.b = np.zeros(3 * hidden_size)

    def forward(self, x, h):
        H = h.shape[1]
        a, u = x @ self.Wx + self.b, h @ self.Wh
        self.r = sigmoid(a[:, :H] + u[:, :H])
        self.z = sigmoid(a[:, H:2 * H] + u[:, H:2 * H])
        self.un = u[:, 2 * H:]
        self.n = np.tanh(a[:, 2 * H:] + self.r * self.un)
        self.x, self.h = x, h
        return self.z * h + (1 - self.z) * self.n

    def backward(self, dout):
        H = self.h.shape[1]
        dn = dout * (1 - self.z) * (1 - self.n**2)
        dz = dout * (self.h - self.n) * self.z * (1 - self.z)
        dr = dn * self.un * self.r * (1 - self.r)
        da = np.concatenate([dr, dz, dn], axis=1)
        du = np.concatenate([dr, dz, dn * self.r], axis=1)
        self.dWx, self.dWh, self.db = self.x.T @ da, self.h.T @ du, da.sum(axis=0)
        return da @ self.Wx.T, dout * self.z + du @ self.Wh.T


class RNN:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h0):
        self.x, self.hs = x, [h0]
        for t in range(x.shape[1]):
            self.hs.append(np.tanh(x[:, t] @ self.Wx + self.hs[-1] @ self.Wh + self.b))
        return np.stack(self.hs[1:], axis=1)

    def backward(self, dout):
        self.dWx, self.dWh, self.db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        dx, dh = np.zeros_like(self.x), 0
        for t in range(self.x.shape[1] - 1, -1, -1):
            dz = (dout[:, t] + dh) * (1 - self.hs[t + 1] ** 2)
            self.dWx += self.x[:, t].T @ dz
            self.dWh += self.hs[t].T @ dz
            self.db += dz.sum(0)
            dx[:, t], dh = dz @ self.Wx.T, dz @ self.Wh.T
        return dx, dh


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.cell_weights = (Wx, Wh, b)
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, xs, h0):
        self.cells, hs = [], []
        h, c = h0, np.zeros_like(h0)
        for t in range(xs.shape[1]):
            cell = LSTMCell(self.Wx, self.Wh, self.b)
            h, c = cell.forward(xs[:, t], h, c)
            self.cells.append(cell)
            hs.append(h)
        return np.stack(hs, axis=1)

    def backward(self, dhs):
        self.dWx, self.dWh, self.db = 0, 0, 0
        dxs, dh, dc = [], 0, 0
        for t in reversed(range(dhs.shape[1])):
            cell = self.cells[t]
            dx, dh, dc = cell.backward(dhs[:, t] + dh, dc)
            self.dWx = self.dWx + cell.dWx
            self.dWh = self.dWh + cell.dWh
            self.db = self.db + cell.db
            dxs.insert(0, dx)
        return np.stack(dxs, axis=1), dh


def softmax_rows(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class CausalAttention:
    """One sequence at a time."""

    def forward(self, Q, K, V):
        scores = Q @ K.T / np.sqrt(Q.shape[1])
        scores[np.triu_indices(len(Q), 1)] = -1e9
        self.P = softmax_rows(scores)
        self.Q, self.K, self.V = Q, K, V
        return self.P @ V

    def backward(self, dout):
        dP = dout @ self.V.T
        dS = self.P * (dP - (dP * self.P).sum(axis=1, keepdims=True)) / np.sqrt(self.Q.shape[1])
        return dS @ self.K, dS.T @ self.Q, self.P.T @ dout


class MultiHeadAttention:
    def __init__(self, d_model, num_heads=2):
        self.h = num_heads
        self.Wq, self.Wk, self.Wv, self.Wo = (np.random.randn(d_model, d_model) for _ in range(4))

    def forward(self, x):
        self.x = x
        self.q, self.k, self.v = x @ self.Wq, x @ self.Wk, x @ self.Wv
        d = x.shape[2] // self.h
        self.P, self.out = [], np.zeros_like(x)
        for j in range(self.h):
            s = slice(j * d, (j + 1) * d)
            S = np.einsum("ntd,nsd->nts", self.q[..., s], self.k[..., s]) / np.sqrt(d)
            P = softmax_rows(S)
            self.P.append(P)
            self.out[..., s] = P @ self.v[..., s]
        return self.out @ self.Wo

    def backward(self, dout):
        x, d = self.x, self.x.shape[2] // self.h
        flat = lambda a: a.reshape(-1, a.shape[-1])
        self.dWo = flat(self.out).T @ flat(dout)
        da = dout @ self.Wo.T
        dq, dk, dv = (np.zeros_like(x) for _ in range(3))
        for j in range(self.h):
            s = slice(j * d, (j + 1) * d)
            P = self.P[j]
            dv[..., s] = np.swapaxes(P, 1, 2) @ da[..., s]
            dP = np.einsum("ntd,nsd->nts", da[..., s], self.v[..., s])
            dS = P * (dP - (dP * P).sum(axis=2, keepdims=True)) / np.sqrt(d)
            dq[..., s] = dS @ self.k[..., s]
            dk[..., s] = np.swapaxes(dS, 1, 2) @ self.q[..., s]
        self.dWq, self.dWk, self.dWv = (flat(x).T @ flat(g) for g in (dq, dk, dv))
        return dq @ self.Wq.T + dk @ self.Wk.T + dv @ self.Wv.T


def softmax(x):
    e_x = np.exp(x - np.max(x))
    return e_x / e_x.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]
    a_next = np.tanh(np.dot(Waa, a_prev) + np.dot(Wax, xt) + ba)
    yt_pred = softmax(np.dot(Wya, a_next) + by)
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    dtanh = (1 - a_next**2) * da_next
    dxt = np.dot(Wax.T, dtanh)
    dWax = np.dot(dtanh, xt.T)
    da_prev = np.dot(Waa.T, dtanh)
    dWaa = np.dot(dtanh, a_prev.T)
    dba = np.sum(dtanh, axis=1, keepdims=True)
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def rnn_forward(x, a0, parameters):
    caches = []
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    a_next = a0
    for t in range(T_x):
        a_next, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt_pred
        caches.append(cache)
    caches = (caches, x)
    return a, y_pred, caches


def rnn_backward(da, caches):
    (caches, x) = caches
    (a1, a0, x1, parameters) = caches[0]
    n_a, m, T_x = da.shape
    n_x, m = x1.shape
    dx = np.zeros((n_x, m, T_x))
    dWax, dWaa, dba = np.zeros((n_a, n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    da_prevt = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        gradients = rnn_cell_backward(da[:, :, t] + da_prevt, caches[t])
        da_prevt = gradients["da_prev"]
        dx[:, :, t] = gradients["dxt"]
        dWax += gradients["dWax"]
        dWaa += gradients["dWaa"]
        dba += gradients["dba"]
    return {"dx": dx, "da0": da_prevt, "dWax": dWax, "dWaa": dWaa, "dba": dba}
