import numpy as np

def cosine_forward(a, b):
    na = np.linalg.norm(a, axis=1, keepdims=True)
    nb = np.linalg.norm(b, axis=1, keepdims=True)
    c = np.sum(a * b, axis=1, keepdims=True) / (na * nb)
    return c, (a, b, na, nb, c)

def cosine_backward(dout, cache):
    a, b, na, nb, c = cache
    da = dout * (b / (na * nb) - c * a / na ** 2)
    db = dout * (a / (na * nb) - c * b / nb ** 2)
    return da, db
