"""One square image at a time (one side stands for both), "same" as a word, windows as pairs."""

import numpy as np


def convolution(image, filt, bias, s=1):
    n_f, n_c, f, _ = filt.shape
    side = image.shape[1]
    out_dim = (side - f) // s + 1
    out = np.zeros((n_f, out_dim, out_dim))
    for k in range(n_f):
        for y in range(out_dim):
            for x in range(out_dim):
                window = image[:, y * s:y * s + f, x * s:x * s + f]
                out[k, y, x] = np.sum(filt[k] * window) + bias[k, 0]
    return out


def convolution_backward(dconv, conv_in, filt, s):
    n_f, n_c, f, _ = filt.shape
    side = conv_in.shape[1]
    dout = np.zeros(conv_in.shape)
    dfilt = np.zeros(filt.shape)
    dbias = np.zeros((n_f, 1))
    for k in range(n_f):
        for y in range((side - f) // s + 1):
            for x in range((side - f) // s + 1):
                rows, columns = slice(y * s, y * s + f), slice(x * s, x * s + f)
                dfilt[k] += dconv[k, y, x] * conv_in[:, rows, columns]
                dout[:, rows, columns] += dconv[k, y, x] * filt[k]
        dbias[k] = np.sum(dconv[k])
    return dout, dfilt, dbias


def pool_backward(dA, A_prev, kernel_shape, stride=(1, 1), mode="max"):
    m, height, width, channels = dA.shape
    (kh, kw), (sh, sw) = kernel_shape, stride
    dA_prev = np.zeros_like(A_prev)
    for n in range(m):
        for i in range(height):
            for j in range(width):
                for c in range(channels):
                    place = n, slice(i * sh, i * sh + kh), slice(j * sw, j * sw + kw), c
                    if mode == "max":
                        dA_prev[place] += dA[n, i, j, c] * (A_prev[place] == A_prev[place].max())
                    else:
                        dA_prev[place] += dA[n, i, j, c] / (kh * kw)
    return dA_prev
