import numpy as np

def rmsnorm_forward(x, gamma, eps=1e-6):
    rms = np.sqrt(np.mean(x ** 2, axis=-1, keepdims=True) + eps)
    return gamma * x / rms, (x, gamma, rms)

def rmsnorm_backward(dout, cache):
    x, gamma, rms = cache
    dgamma = np.sum(dout * x / rms, axis=0)
    dn = dout * gamma
    dx = dn / rms - x * np.sum(dn * x, axis=-1, keepdims=True) / (x.shape[-1] * rms ** 3)
    return dx, dgamma

def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    g = x.reshape(N, G, C // G, H, W)
    mu = g.mean(axis=(2, 3, 4), keepdims=True)
    var = g.var(axis=(2, 3, 4), keepdims=True)
    x_hat = ((g - mu) / np.sqrt(var + eps)).reshape(N, C, H, W)
    return gamma * x_hat + beta, (x_hat, var, gamma, G, eps)

def spatial_groupnorm_backward(dout, cache):
    x_hat, var, gamma, G, eps = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3), keepdims=True)
    m = C // G * H * W
    dh = (dout * gamma).reshape(N, G, m)
    xh = x_hat.reshape(N, G, m)
    dx = m * dh - dh.sum(axis=2, keepdims=True) - xh * (dh * xh).sum(axis=2, keepdims=True)
    dx = dx / (m * np.sqrt(var + eps).reshape(N, G, 1))
    return dx.reshape(N, C, H, W), dgamma, dbeta

def instance_norm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    std = np.sqrt(x.var(axis=(2, 3), keepdims=True) + eps)
    x_hat = (x - mean) / std
    return gamma[None, :, None, None] * x_hat + beta[None, :, None, None], (x_hat, std, gamma)

def instance_norm_backward(dout, cache):
    x_hat, std, gamma = cache
    dx_hat = dout * gamma.reshape(1, -1, 1, 1)
    dx = dx_hat - dx_hat.mean(axis=(2, 3), keepdims=True)
    dx -= x_hat * (dx_hat * x_hat).mean(axis=(2, 3), keepdims=True)
    return dx / std, (dout * x_hat).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))
