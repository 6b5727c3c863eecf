import numpy as np

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = dnext_h * (1 - next_h ** 2)
    dx = dz @ Wx.T
    dprev_h = dz @ Wh.T
    dWx = x.T @ dz
    dWh = prev_h.T @ dz
    db = dz.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db

def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    caches = []
    prev = h0
    for t in range(T):
        prev, c = rnn_step_forward(x[:, t, :], prev, Wx, Wh, b)
        h[:, t, :] = prev
        caches.append(c)
    return h, caches

def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dprev = np.zeros((N, H))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    for t in reversed(range(T)):
        dx[:, t], dprev, a, b, c = rnn_step_backward(dh[:, t] + dprev, cache[t])
        dWx += a
        dWh += b
        db += c
    return dx, dprev, dWx, dWh, db

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H:2 * H])
    o = sigmoid(a[:, 2 * H:3 * H])
    g = np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    return next_h, next_c, cache

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tc = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tc ** 2)
    do = dnext_h * tc
    df, dprev_c = dc * prev_c, dc * f
    di, dg = dc * g, dc * i
    da = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g ** 2)])
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)

def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h, cache = np.zeros((N, T, H)), []
    ph, pc = h0, np.zeros_like(h0)
    for t in range(T):
        ph, pc, c = lstm_step_forward(x[:, t], ph, pc, Wx, Wh, b)
        h[:, t] = ph
        cache.append(c)
    return h, cache

def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    dph, dpc = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dph, dpc, a, b, c = lstm_step_backward(dh[:, t] + dph, dpc, cache[t])
        dWx += a; dWh += b; db += c
    return dx, dph, dWx, dWh, db

def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def attention_forward(Q, K, V):
    d = Q.shape[-1]
    P = softmax(Q @ np.swapaxes(K, -1, -2) / np.sqrt(d))
    return P @ V, (Q, K, V, P)

def attention_backward(dout, cache):
    Q, K, V, P = cache
    dV = np.swapaxes(P, -1, -2) @ dout
    dP = dout @ np.swapaxes(V, -1, -2)
    dS = P * (dP - (dP * P).sum(axis=-1, keepdims=True)) / np.sqrt(Q.shape[-1])
    return dS @ K, np.swapaxes(dS, -1, -2) @ Q, dV

def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    sig = lambda u: 1 / (1 + np.exp(-u))
    a = x @ Wx + b
    z = sig(a[:, :H] + prev_h @ Wh[:, :H])
    r = sig(a[:, H:2*H] + prev_h @ Wh[:, H:2*H])
    n = np.tanh(a[:, 2*H:] + (r * prev_h) @ Wh[:, 2*H:])
    h = (1 - z) * prev_h + z * n
    return h, (x, prev_h, Wx, Wh, z, r, n)

def gru_step_backward(dh, cache):
    x, prev_h, Wx, Wh, z, r, n = cache
    H = prev_h.shape[1]
    dn = dh * z * (1 - n**2)
    dz = dh * (n - prev_h) * z * (1 - z)
    ds = dn @ Wh[:, 2*H:].T
    dr = ds * prev_h * r * (1 - r)
    da = np.hstack([dz, dr, dn])
    dprev = dh * (1 - z) + ds * r + dz @ Wh[:, :H].T + dr @ Wh[:, H:2*H].T
    dWh = np.hstack([prev_h.T @ dz, prev_h.T @ dr, (r * prev_h).T @ dn])
    return da @ Wx.T, dprev, x.T @ da, dWh, da.sum(axis=0)

def multi_head_attention_forward(x, Wq, Wk, Wv, Wo, num_heads):
    N, T, E = x.shape
    d = E // num_heads
    def split(a):
        return a.reshape(N, T, num_heads, d).transpose(0, 2, 1, 3)
    q, k, v = split(x @ Wq), split(x @ Wk), split(x @ Wv)
    s = q @ k.transpose(0, 1, 3, 2) / np.sqrt(d)
    s = np.where(np.triu(np.ones((T, T)), 1) == 1, -np.inf, s)
    p = softmax(s)
    a = (p @ v).transpose(0, 2, 1, 3).reshape(N, T, E)
    return a @ Wo, (x, Wq, Wk, Wv, Wo, q, k, v, p, a, num_heads)

def multi_head_attention_backward(dout, cache):
    x, Wq, Wk, Wv, Wo, q, k, v, p, a, h = cache
    N, T, E = x.shape
    d = E // h
    dWo = np.einsum("nti,ntj->ij", a, dout)
    da = (dout @ Wo.T).reshape(N, T, h, d).transpose(0, 2, 1, 3)
    dv = p.transpose(0, 1, 3, 2) @ da
    dp = da @ v.transpose(0, 1, 3, 2)
    ds = p * (dp - (dp * p).sum(-1, keepdims=True)) / np.sqrt(d)
    dq = ds @ k
    dk = ds.transpose(0, 1, 3, 2) @ q
    join = lambda u: u.transpose(0, 2, 1, 3).reshape(N, T, E)
    dq, dk, dv = join(dq), join(dk), join(dv)
    w = lambda g: np.einsum("nti,ntj->ij", x, g)
    return dq @ Wq.T + dk @ Wk.T + dv @ Wv.T, w(dq), w(dk), w(dv), dWo
