import numpy as np


def neuron(w, b, X, y):
    N, D = X.shape
    total = 0.0
    dw = np.zeros(D)
    db = 0.0
    for i in range(N):
        z = b
        for j in range(D):
            z = z + w[j] * X[i, j]
        o = z if z > 0 else 0.0
        total += (y[i] - o) ** 2
        if z > 0:
            for j in range(D):
                dw[j] += -2 * (y[i] - o) * X[i, j]
            db += -2 * (y[i] - o)
    return total / N, dw / N, db / N
