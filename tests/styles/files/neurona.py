"""Una neurona con ReLU: nombres en castellano, un bucle por los ejemplos."""

import numpy as np


def coste(w, b, X, Y):
    """Coste medio sobre todos los ejemplos."""
    total = 0
    for x, y in zip(X, Y):
        z = np.dot(w, x) + b
        total += (y - (z if z > 0 else 0)) ** 2
    return total / len(X)


def gradiente(w, b, X, Y):
    """Derivadas del coste."""
    dw, db = np.zeros(w.shape), 0
    for x, y in zip(X, Y):
        z = np.dot(w, x) + b
        if z > 0:
            dw += 2 * (z - y) * x / len(X)
            db += 2 * (z - y) / len(X)
    return dw, db
