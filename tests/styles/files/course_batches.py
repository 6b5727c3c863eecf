"""Batch normalisation over the pixels of images, and descent whose rate is in a dict."""

import numpy as np


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    eps = bn_param.get("eps", 1e-5)
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    mu, var = rows.mean(axis=0), rows.var(axis=0)
    x_hat = (rows - mu) / np.sqrt(var + eps)
    out = (gamma * x_hat + beta).reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, (x_hat, gamma, var, eps)


def spatial_batchnorm_backward(dout, cache):
    x_hat, gamma, var, eps = cache
    N, C, H, W = dout.shape
    d = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dgamma, dbeta = np.sum(d * x_hat, axis=0), d.sum(axis=0)
    g = d * gamma
    rows = (g - g.mean(axis=0) - x_hat * np.mean(g * x_hat, axis=0)) / np.sqrt(var + eps)
    return rows.reshape(N, H, W, C).transpose(0, 3, 1, 2), dgamma, dbeta


def sgd(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    w -= config["learning_rate"] * dw
    return w, config
