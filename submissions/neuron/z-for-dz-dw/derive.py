import numpy as np

def neuron_cost_and_gradient(w, b, X, y):
    N = len(y)
    z = X @ w + b
    o = np.maximum(z, 0)
    dC_do = 2 * (o - y) / N
    do_dz = (z > 0).astype(float)
    dz_dw = X @ w + b
    dw = np.sum(dC_do * do_dz * dz_dw)
    db = np.sum(dC_do * do_dz)
    return np.mean((o - y) ** 2), dw, db
