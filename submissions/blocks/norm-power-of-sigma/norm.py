import numpy as np


def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=0)
    centred = x - mu
    var = (centred ** 2).mean(axis=0)
    inv = 1.0 / np.sqrt(var + eps)
    xhat = centred * inv
    return gamma * xhat + beta, (xhat, centred, inv, gamma)


def batchnorm_backward(dout, cache):
    xhat, centred, inv, gamma = cache
    n = dout.shape[0]
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * centred, axis=0) * -0.5 * inv
    dmu = -np.sum(dxhat * inv, axis=0) - 2 * dvar * np.mean(centred, axis=0)
    dx = dxhat * inv + 2 * dvar * centred / n + dmu / n
    return dx, dgamma, dbeta
