import numpy as np

def layer_norm_forward(x, gamma, beta):
    mu = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    x_hat = (x - mu) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)

def layer_norm_backward(dout, cache):
    x_hat, std, gamma = cache
    g = dout * gamma
    mean_g = g.mean(axis=1, keepdims=True)
    dx = (g - mean_g - x_hat * (g * x_hat).mean(axis=1, keepdims=True)) / std
    return dx, dout * x_hat, dout.sum(axis=0)
