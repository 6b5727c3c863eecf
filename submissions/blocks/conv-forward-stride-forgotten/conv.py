import numpy as np


def conv2d(x, w, b, stride, padding):
    p, k = padding, w.shape[2]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    oh, ow = (xp.shape[2] - k) // stride + 1, (xp.shape[3] - k) // stride + 1
    out = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[:, :, i, j] = np.einsum("ncpq,fcpq->nf", xp[:, :, i:i + k, j:j + k], w) + b
    return out, (x, w, b, stride, padding)


def conv2d_backward(dout, cache):
    x, w, b, stride, p = cache
    k = w.shape[2]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            rows, cols = slice(i * stride, i * stride + k), slice(j * stride, j * stride + k)
            dw += np.einsum("nf,ncpq->fcpq", d, xp[:, :, rows, cols])
            dxp[:, :, rows, cols] += np.einsum("nf,fcpq->ncpq", d, w)
    return dxp[:, :, p:p + x.shape[2], p:p + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))
