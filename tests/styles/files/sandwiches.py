"""Layers of a course put together in pairs of functions, with dicts of options."""

import numpy as np


def affine_norm_relu_forward(x, w, b, gamma, beta, ln_param):
    z = x @ w + b
    mu = z.mean(axis=1, keepdims=True)
    std = np.sqrt(z.var(axis=1, keepdims=True) + ln_param.get("eps", 1e-5))
    hat = (z - mu) / std
    n = gamma * hat + beta
    return np.maximum(0, n), (x, w, gamma, std, hat, n)


def affine_norm_relu_backward(dout, cache):
    x, w, gamma, std, hat, n = cache
    dn = dout * (n > 0)
    dgamma = np.sum(dn * hat, axis=0)
    dbeta = np.sum(dn, axis=0)
    dhat = dn * gamma
    dz = (dhat - dhat.mean(axis=1, keepdims=True)
          - hat * np.mean(dhat * hat, axis=1, keepdims=True)) / std
    return dz @ w.T, x.T @ dz, dz.sum(axis=0), dgamma, dbeta


def conv_relu_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    F, _, HH, WW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    H = (padded.shape[2] - HH) // stride + 1
    W = (padded.shape[3] - WW) // stride + 1
    z = np.zeros((len(x), F, H, W))
    for i in range(H):
        for j in range(W):
            patch = padded[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            z[:, :, i, j] = np.tensordot(patch, w, ([1, 2, 3], [1, 2, 3])) + b
    return np.maximum(0, z), (x, w, padded, z, conv_param)


def conv_relu_backward(dout, cache):
    x, w, padded, z, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    HH, WW = w.shape[2:]
    dz = dout * (z > 0)
    dw = np.zeros(w.shape)
    dpadded = np.zeros(padded.shape)
    for i in range(z.shape[2]):
        for j in range(z.shape[3]):
            rows = slice(i * stride, i * stride + HH)
            columns = slice(j * stride, j * stride + WW)
            one = dz[:, :, i, j]
            dw += np.tensordot(one, padded[:, :, rows, columns], ([0], [0]))
            dpadded[:, :, rows, columns] += np.tensordot(one, w, ([1], [0]))
    H, W = x.shape[2:]
    return dpadded[:, :, pad : pad + H, pad : pad + W], dw, dz.sum(axis=(0, 2, 3))
