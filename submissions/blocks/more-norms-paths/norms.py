import numpy as np

def rmsnorm_forward(x, gamma, eps=1e-6):
    rms = np.sqrt(np.mean(x ** 2, axis=-1, keepdims=True) + eps)
    return gamma * x / rms, (x, gamma, rms)

def rmsnorm_backward(dout, cache):
    x, gamma, rms = cache
    return dout * gamma / rms, np.sum(dout * x / rms, axis=0)

def groupnorm_forward(x, gamma, beta, groups, eps=1e-5):
    N, C, H, W = x.shape
    g = x.reshape(N, groups, -1)
    mu = g.mean(axis=2, keepdims=True)
    std = np.sqrt(g.var(axis=2, keepdims=True) + eps)
    x_hat = ((g - mu) / std).reshape(x.shape)
    out = gamma[None, :, None, None] * x_hat + beta[None, :, None, None]
    return out, (x_hat, std, gamma, groups)

def groupnorm_backward(dout, cache):
    x_hat, std, gamma, groups = cache
    N, C, H, W = dout.shape
    dh = (dout * gamma[None, :, None, None]).reshape(N, groups, -1)
    xh = x_hat.reshape(N, groups, -1)
    m = C // groups
    dx = (dh - dh.sum(axis=2, keepdims=True) / m - xh * (dh * xh).sum(axis=2, keepdims=True) / m)
    return (dx / std).reshape(dout.shape), (dout * x_hat).sum(axis=(0, 2, 3)), dout.sum((0, 2, 3))

def instance_norm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    std = np.sqrt(x.var(axis=(2, 3), keepdims=True) + eps)
    x_hat = (x - mean) / std
    return gamma[None, :, None, None] * x_hat + beta[None, :, None, None], (x_hat, std, gamma)

def instance_norm_backward(dout, cache):
    x_hat, std, gamma = cache
    dx_hat = dout * gamma.reshape(1, -1, 1, 1)
    dx = (dx_hat - dx_hat.mean(axis=(2, 3), keepdims=True)) / std
    return dx, (dout * x_hat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))
