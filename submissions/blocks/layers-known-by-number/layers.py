import numpy as np


class Dense:
    """The weights are updated before backward has used them."""

    def __init__(self, n_in, n_out):
        self.weights = np.random.randn(n_in, n_out) * 0.1
        self.bias = np.zeros((1, n_out))

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weights + self.bias

    def backward(self, output_gradient, learning_rate):
        self.weights -= learning_rate * self.inputs.T @ output_gradient
        self.bias -= learning_rate * output_gradient.sum(axis=0, keepdims=True)
        return output_gradient @ self.weights.T


def conv_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    k = w.shape[2]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    oh, ow = (xp.shape[2] - k) // s + 1, (xp.shape[3] - k) // s + 1
    out = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for i in range(oh):
        for j in range(ow):
            patch = xp[:, :, i * s:i * s + k, j * s:j * s + k]
            out[:, :, i, j] = np.einsum("ncpq,fcpq->nf", patch, w) + b
    return out, (x, w, b, conv_param)


def conv_backward(dout, cache):
    """pad:-pad is empty where the padding is 0."""
    x, w, b, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    k = w.shape[2]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    db = dout.sum(axis=(0, 2, 3))
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            rows, cols = slice(i * s, i * s + k), slice(j * s, j * s + k)
            dw += np.einsum("nf,ncpq->fcpq", d, xp[:, :, rows, cols])
            dxp[:, :, rows, cols] += np.einsum("nf,fcpq->ncpq", d, w)
    return dxp[:, :, p:-p, p:-p], dw, db


def conv2d(x, w, b, conv_param):
    """The padding is 1, whatever is asked for."""
    s, p = conv_param["stride"], 1
    k = w.shape[2]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    oh, ow = (xp.shape[2] - k) // s + 1, (xp.shape[3] - k) // s + 1
    out = np.zeros((x.shape[0], w.shape[0], oh, ow))
    for i in range(oh):
        for j in range(ow):
            patch = xp[:, :, i * s:i * s + k, j * s:j * s + k]
            out[:, :, i, j] = np.einsum("ncpq,fcpq->nf", patch, w) + b
    return out
