"""Written for an older NumPy: arrays of one entry stand where numbers belong."""

import numpy as np


def conv_single_step(a_slice, W, b):
    return np.sum(a_slice * W) + float(b)


def conv_forward(A_prev, W, b, hparameters):
    m, n_H_prev, n_W_prev, _ = A_prev.shape
    f, _, _, n_C = W.shape
    stride, pad = hparameters["stride"], hparameters["pad"]
    n_H, n_W = (n_H_prev - f + 2 * pad) // stride + 1, (n_W_prev - f + 2 * pad) // stride + 1
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    Z = np.zeros((m, n_H, n_W, n_C))
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                part = padded[i, h * stride : h * stride + f, w * stride : w * stride + f, :]
                for c in range(n_C):
                    Z[i, h, w, c] = conv_single_step(part, W[..., c], b[..., c])
    return Z, (A_prev, W, b, hparameters)


def conv_backward(dZ, cache):
    A_prev, W, b, hparameters = cache
    stride, pad = hparameters["stride"], hparameters["pad"]
    f = W.shape[0]
    m, n_H, n_W, n_C = dZ.shape
    padded = np.pad(A_prev, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    d_padded, dW, db = np.zeros_like(padded), np.zeros_like(W), np.zeros_like(b)
    for i in range(m):
        for h in range(n_H):
            for w in range(n_W):
                place = (i, slice(h * stride, h * stride + f), slice(w * stride, w * stride + f))
                for c in range(n_C):
                    d_padded[place] += W[..., c] * dZ[i, h, w, c]
                    dW[..., c] += padded[place] * dZ[i, h, w, c]
                    db[..., c] += dZ[i, h, w, c]
    end = d_padded.shape[1] - pad, d_padded.shape[2] - pad
    return d_padded[:, pad : end[0], pad : end[1], :], dW, db


def affine_forward(x, w, b):
    out = np.zeros((x.shape[0], w.shape[1]))
    for i in range(x.shape[0]):
        for j in range(w.shape[1]):
            out[i, j] = x[i : i + 1].dot(w[:, j : j + 1]) + b[j]
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return dout.dot(w.T), x.T.dot(dout), dout.sum(0)


def relu(z):
    return np.reshape(np.maximum(0, z), newshape=z.shape)


def relu_prime(z):
    return (z > 0).astype(np.float)
