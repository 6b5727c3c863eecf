import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, w, b, stride=1, pad=0):
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    win = sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("ncijpq,fcpq->nfij", win, w) + b[None, :, None, None]


def conv2d_backward(dout, x, w, b, stride=1, pad=0):
    kh, kw = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    win = sliding_window_view(xp, (kh, kw), axis=(2, 3))[:, :, ::stride, ::stride]
    dw = np.einsum("nfij,ncijpq->fcpq", dout, win)
    db = np.einsum("nfij->f", dout)
    # dout with stride - 1 zeros between its entries, correlated with the turned kernel
    n, f, oh, ow = dout.shape
    wide = np.zeros((n, f, (oh - 1) * stride + 1, (ow - 1) * stride + 1))
    wide[:, :, ::stride, ::stride] = dout
    wide = np.pad(wide, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    turned = w[:, :, ::-1, ::-1]
    dxp = np.einsum("nfuvpq,fcpq->ncuv", sliding_window_view(wide, (kh, kw), axis=(2, 3)), turned)
    return dxp[:, :, pad:pad + x.shape[2], pad:pad + x.shape[3]], dw, db
