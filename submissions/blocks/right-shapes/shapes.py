import numpy as np

def flatten_forward(x):
    return x.reshape(x.shape[0], -1), x.shape

def flatten_backward(dout, shape):
    return dout.reshape(shape)

def global_avg_pool_forward(x):
    return x.mean(axis=(2, 3)), x.shape

def global_avg_pool_backward(dout, shape):
    n, c, h, w = shape
    return np.ones(shape) * dout.reshape(n, c, 1, 1) / (h * w)

def residual_forward(x, fx):
    return x + fx, None

def residual_backward(dout, cache):
    return dout, dout

def conv1d_forward(x, w, b, stride=1, pad=0):
    n, c, length = x.shape
    f, _, k = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    steps = (length + 2 * pad - k) // stride + 1
    out = np.zeros((n, f, steps))
    for i in range(steps):
        piece = xp[:, :, i * stride:i * stride + k]
        out[:, :, i] = np.tensordot(piece, w, axes=([1, 2], [1, 2])) + b
    return out, (xp, w, stride, pad, length)

def conv1d_backward(dout, cache):
    xp, w, stride, pad, length = cache
    k = w.shape[2]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        cut = slice(i * stride, i * stride + k)
        dxp[:, :, cut] += np.tensordot(dout[:, :, i], w, axes=(1, 0))
        dw += np.tensordot(dout[:, :, i], xp[:, :, cut], axes=(0, 0))
    return dxp[:, :, pad:pad + length], dw, dout.sum(axis=(0, 2))

def conv_transpose2d_forward(x, w, b, stride=1, padding=0):
    n, c, h, wd = x.shape
    _, f, k, _ = w.shape
    full = np.zeros((n, f, (h - 1) * stride + k, (wd - 1) * stride + k))
    for i in range(h):
        for j in range(wd):
            stamp = np.tensordot(x[:, :, i, j], w, axes=(1, 0))
            full[:, :, i * stride:i * stride + k, j * stride:j * stride + k] += stamp
    bottom, right = full.shape[2] - padding, full.shape[3] - padding
    out = full[:, :, padding:bottom, padding:right]
    return out + b[None, :, None, None], (x, w, stride, padding)

def conv_transpose2d_backward(dout, cache):
    x, w, stride, padding = cache
    k = w.shape[2]
    d = np.pad(dout, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            patch = d[:, :, i * stride:i * stride + k, j * stride:j * stride + k]
            dx[:, :, i, j] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3]))
            dw += np.tensordot(x[:, :, i, j], patch, axes=(0, 0))
    return dx, dw, dout.sum(axis=(0, 2, 3))
