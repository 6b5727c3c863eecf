import numpy as np


def conv2d_forward(x, w, b):
    """Every sum spelled out, in plain Python."""
    N, C, H, W = x.shape
    F, _, K, _ = w.shape
    out = [[[[b[f] + sum(x[n, c, i + p, j + q] * w[f, c, p, q]
                         for c in range(C) for p in range(K) for q in range(K))
              for j in range(W - K + 1)] for i in range(H - K + 1)]
            for f in range(F)] for n in range(N)]
    return np.array(out), (x, w, b)


def conv2d_backward(dout, cache):
    x, w, b = cache
    N, C, H, W = x.shape
    F, _, K, _ = w.shape
    dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros(b.shape)
    for n, f, i, j in np.ndindex(*dout.shape):
        db[f] += dout[n, f, i, j]
        for c in range(C):
            for p in range(K):
                for q in range(K):
                    dx[n, c, i + p, j + q] += w[f, c, p, q] * dout[n, f, i, j]
                    dw[f, c, p, q] += x[n, c, i + p, j + q] * dout[n, f, i, j]
    return dx, dw, db
