import math
import numpy as np
def batch_norm_forward(x, gamma, beta):
    N, D = x.shape
    out = np.zeros((N, D)); stats = []
    for d in range(D):
        m = sum(float(v) for v in x[:, d]) / N
        v = sum((float(t) - m) ** 2 for t in x[:, d]) / N
        s = math.sqrt(v + 1e-6)
        stats.append((m, s))
        for i in range(N):
            out[i, d] = gamma[d] * (x[i, d] - m) / s + beta[d]
    return out, (x, gamma, stats)
def batch_norm_backward(dout, cache):
    x, gamma, stats = cache
    N, D = x.shape
    dx = np.zeros((N, D)); dg = np.zeros(D); db = np.zeros(D)
    for d, (m, s) in enumerate(stats):
        dvar = 0.0; dmean = 0.0
        for i in range(N):
            xh = (x[i, d] - m) / s
            dg[d] += dout[i, d] * xh; db[d] += dout[i, d]
            dvar += dout[i, d] * gamma[d] * (x[i, d] - m) * -0.5 * s ** -3
            dmean += -dout[i, d] * gamma[d] / s
        for i in range(N):
            dx[i, d] = dout[i, d] * gamma[d] / s + dvar * 2 * (x[i, d] - m) / N + dmean / N
    return dx, dg, db
