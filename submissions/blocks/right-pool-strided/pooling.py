import numpy as np
from numpy.lib.stride_tricks import as_strided


def _windows(x, k, s):
    n, c, h, w = x.shape
    oh, ow = (h - k) // s + 1, (w - k) // s + 1
    a, b, d, e = x.strides
    return as_strided(x, (n, c, oh, ow, k, k), (a, b, d * s, e * s, d, e), writeable=False)


def maxpool2d_forward(x, kernel_size, stride):
    x = np.ascontiguousarray(x)
    flat = _windows(x, kernel_size, stride).reshape(*x.shape[:2], -1, kernel_size ** 2)
    where = flat.argmax(axis=-1)
    oh = (x.shape[2] - kernel_size) // stride + 1
    out = np.take_along_axis(flat, where[..., None], axis=-1)[..., 0]
    return out.reshape(*x.shape[:2], oh, -1), (x.shape, where, kernel_size, stride)


def maxpool2d_backward(dout, cache):
    shape, where, k, s = cache
    n, c, oh, ow = dout.shape
    dx = np.zeros(shape)
    where = where.reshape(dout.shape)
    ni, ci, i, j = np.indices(dout.shape)
    np.add.at(dx, (ni, ci, i * s + where // k, j * s + where % k), dout)
    return dx


def avgpool2d_forward(x, kernel_size, stride):
    out = _windows(np.ascontiguousarray(x), kernel_size, stride).sum(axis=(4, 5)) / kernel_size ** 2
    return out, (x.shape, kernel_size, stride)


def avgpool2d_backward(dout, cache):
    shape, k, s = cache
    dx = np.zeros(shape)
    oh, ow = dout.shape[2:]
    for p in range(k):
        for q in range(k):
            dx[:, :, p:p + s * oh:s, q:q + s * ow:s] += dout / k ** 2
    return dx
