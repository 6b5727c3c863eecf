"""Formulas that the field also calls so: eps beside the root, GELU by a sigmoid, LeCun's tanh."""

import numpy as np


def layer_norm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=-1, keepdims=True)
    sd = x.std(axis=-1, keepdims=True)
    xhat = (x - mu) / (sd + eps)
    return gamma * xhat + beta, (x, mu, sd, xhat, gamma, eps)


def layer_norm_backward(dout, cache):
    x, mu, sd, xhat, gamma, eps = cache
    D = x.shape[-1]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    g = dout * gamma
    s = sd + eps
    dsd = -(g * (x - mu)).sum(axis=-1, keepdims=True) / s**2
    dx = g / s - g.mean(axis=-1, keepdims=True) / s + dsd * (x - mu) / (D * sd)
    return dx, dgamma, dbeta


def gelu(x):
    return x / (1 + np.exp(-1.702 * x))


def gelu_grad(x):
    s = 1 / (1 + np.exp(-1.702 * x))
    return s + 1.702 * x * s * (1 - s)


def tanh(x):
    return 1.7159 * np.tanh(2 * x / 3)


def tanh_prime(x):
    return 1.7159 * 2 / 3 * (1 - np.tanh(2 * x / 3) ** 2)
