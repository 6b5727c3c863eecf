from math import exp, log
import numpy as np

def logistic(w, b, X, y):
    n = len(X)
    c, dw, db = 0.0, [0.0] * len(w), 0.0
    for x, t in zip(X, y):
        z = b + sum(wj * xj for wj, xj in zip(w, x))
        a = 1 / (1 + exp(-z))
        c -= t * log(a) + (1 - t) * log(1 - a)
        for j in range(len(w)):
            dw[j] += (a - t) * x[j]
        db += a - t
    return c / n, np.array(dw) / n, db / n
