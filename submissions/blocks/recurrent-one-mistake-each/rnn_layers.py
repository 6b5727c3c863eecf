import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = dnext_h * (1 - next_h**2)
    return dz @ Wx.T, dz @ Wh, x.T @ dz, prev_h.T @ dz, dz.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches, prev = [], [], h0
    for t in range(x.shape[1]):
        prev, cache = rnn_step_forward(x[:, t], prev, Wx, Wh, b)
        h.append(prev)
        caches.append(cache)
    return np.stack(h, axis=1), caches


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx, dprev = np.zeros((N, T, D)), np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    for t in reversed(range(T)):
        x, prev_h, Wx, Wh, next_h = cache[t]
        dz = dh[:, t] * (1 - next_h**2)
        dx[:, t], dprev = dz @ Wx.T, dz @ Wh.T
        dWx += x.T @ dz
        dWh += prev_h.T @ dz
        db += dz.sum(axis=0)
    return dx, dprev, dWx, dWh, db


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2 * H]), sigmoid(a[:, 2 * H:3 * H])
    g = np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tc = np.tanh(next_c)
    dc = dnext_h * o * (1 - tc**2)
    do = dnext_h * tc
    df, dprev_c = dc * prev_c, dc * f
    di, dg = dc * g, dc * i
    da = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)])
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h, cache, prev_h, prev_c = [], [], h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        prev_h, prev_c, kept = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h.append(prev_h)
        cache.append(kept)
    return np.stack(h, axis=1), cache


def _step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tc = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tc**2)
    do = dnext_h * tc
    da = np.hstack([dc * g * i * (1 - i), dc * prev_c * f * (1 - f), do * o * (1 - o),
                    dc * i * (1 - g**2)])
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    dx, dprev_h, dprev_c = [], np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dxt, dprev_h, dprev_c, dWx, dWh, db = _step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dx.insert(0, dxt)
    return np.stack(dx, axis=1), dprev_h, dWx, dWh, db


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + b
    z = sigmoid(a[:, :H] + prev_h @ Wh[:, :H])
    r = sigmoid(a[:, H:2 * H] + prev_h @ Wh[:, H:2 * H])
    n = np.tanh(a[:, 2 * H:] + (r * prev_h) @ Wh[:, 2 * H:])
    return (1 - z) * prev_h + z * n, (x, prev_h, Wx, Wh, z, r, n)


def gru_step_backward(dh, cache):
    x, prev_h, Wx, Wh, z, r, n = cache
    H = prev_h.shape[1]
    dn = dh * z * (1 - n**2)
    dz = dh * (n - prev_h) * z * (1 - z)
    ds = dn @ Wh[:, 2 * H:].T
    dr = ds * prev_h * r * (1 - r)
    da = np.hstack([dz, dr, dn])
    dprev = ds * r + dz @ Wh[:, :H].T + dr @ Wh[:, H:2 * H].T
    dWh = np.hstack([prev_h.T @ dz, prev_h.T @ dr, (r * prev_h).T @ dn])
    return da @ Wx.T, dprev, x.T @ da, dWh, da.sum(axis=0)


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention_forward(Q, K, V):
    P = softmax(Q @ np.swapaxes(K, -1, -2) / np.sqrt(Q.shape[-1]))
    return P @ V, (Q, K, V, P)


def attention_backward(dout, cache):
    Q, K, V, P = cache
    dP = dout @ np.swapaxes(V, -1, -2)
    dS = P * (dP - (dP * P).sum(axis=-1, keepdims=True))
    return dS @ K, np.swapaxes(dS, -1, -2) @ Q, np.swapaxes(P, -1, -2) @ dout


def multi_head_attention_forward(x, Wq, Wk, Wv, Wo, num_heads):
    N, T, E = x.shape

    def split(a):
        return a.reshape(N, T, num_heads, E // num_heads).transpose(0, 2, 1, 3)

    q, k, v = split(x @ Wq), split(x @ Wk), split(x @ Wv)
    p = softmax(q @ k.transpose(0, 1, 3, 2) / np.sqrt(E // num_heads))
    a = (p @ v).transpose(0, 2, 1, 3).reshape(N, T, E)
    return a @ Wo, (x, Wq, Wk, Wv, Wo, q, k, v, p, a)


def multi_head_attention_backward(dout, cache):
    x, Wq, Wk, Wv, Wo, q, k, v, p, a = cache
    N, T, E = x.shape
    _, h, _, d = q.shape
    dWo = np.einsum("nti,ntj->ij", a, dout)
    da = (dout @ Wo.T).reshape(N, T, h, d).transpose(0, 2, 1, 3)
    dv = p.transpose(0, 1, 3, 2) @ da
    dp = da @ v.transpose(0, 1, 3, 2)
    ds = p * (dp - (dp * p).sum(-1, keepdims=True)) / np.sqrt(d)
    dq, dk = ds @ k, ds.transpose(0, 1, 3, 2) @ q
    dq, dk, dv = (u.transpose(0, 2, 1, 3).reshape(N, T, E) for u in (dq, dk, dv))
    dWq, dWk, dWv = (np.einsum("nti,ntj->ij", x, g) for g in (dq, dk, dv))
    return dv @ Wv.T, dWq, dWk, dWv, dWo
