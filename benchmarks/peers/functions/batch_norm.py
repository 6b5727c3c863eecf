import numpy as np

def batchnorm_forward(x, gamma, beta, eps=1e-5):
    N = x.shape[0]
    mu = np.sum(x, axis=0) / N
    xmu = x - mu
    var = np.sum(xmu ** 2, axis=0) / N
    std = np.sqrt(var + eps)
    xhat = xmu / std
    return gamma * xhat + beta, (xmu, std, xhat, gamma)

def batchnorm_backward(dout, cache):
    xmu, std, xhat, gamma = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * xmu, axis=0) * -0.5 / std ** 3
    dmu = np.sum(-dxhat / std, axis=0) + dvar * np.sum(-2 * xmu, axis=0) / N
    dx = dxhat / std + dvar * 2 * xmu / N + dmu / N
    return dx, dgamma, dbeta
