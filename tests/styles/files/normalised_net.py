"""A fully connected net of any depth: hidden dims in a list, options, loss(X, y=None)."""

import numpy as np


class FullyConnectedNet:
    """{affine - layer norm - leaky relu} x (L - 1) - affine - softmax"""

    def __init__(self, hidden_dims, input_dim=3 * 32 * 32, num_classes=10, reg=0.0,
                 normalization="layernorm", weight_scale=1e-2, dtype=np.float32):
        self.normalization = normalization
        self.reg = reg
        self.dtype = dtype
        dims = [input_dim] + hidden_dims + [num_classes]
        self.num_layers = len(dims) - 1
        self.params = {}
        for i in range(1, len(dims)):
            self.params["W%d" % i] = weight_scale * np.random.randn(dims[i - 1], dims[i])
            self.params["b%d" % i] = np.zeros(dims[i])
            if normalization and i < len(dims) - 1:
                self.params["gamma%d" % i] = np.ones(dims[i])
                self.params["beta%d" % i] = np.zeros(dims[i])
        for k, v in self.params.items():
            self.params[k] = v.astype(dtype)

    def loss(self, X, y=None):
        out = X.astype(self.dtype)
        caches = []
        for i in range(1, self.num_layers + 1):
            x = out
            z = x @ self.params["W%d" % i] + self.params["b%d" % i]
            if i == self.num_layers:
                caches.append((x, None, None, None))
                scores = z
                break
            mu = z.mean(axis=1, keepdims=True)
            std = np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)
            hat = (z - mu) / std
            n = hat * self.params["gamma%d" % i] + self.params["beta%d" % i]
            out = np.where(n > 0, n, 0.01 * n)
            caches.append((x, hat, std, n))
        if y is None:
            return scores

        shifted = scores - scores.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        N = X.shape[0]
        loss = -np.mean(logs[np.arange(N), y])
        grads = {}
        dout = np.exp(logs)
        dout[np.arange(N), y] -= 1
        dout /= N
        for i in range(self.num_layers, 0, -1):
            x, hat, std, n = caches[i - 1]
            if hat is not None:
                dn = dout * np.where(n > 0, 1.0, 0.01)
                grads["gamma%d" % i] = np.sum(dn * hat, axis=0)
                grads["beta%d" % i] = np.sum(dn, axis=0)
                dhat = dn * self.params["gamma%d" % i]
                dout = (dhat - dhat.mean(axis=1, keepdims=True)
                        - hat * (dhat * hat).mean(axis=1, keepdims=True)) / std
            W = self.params["W%d" % i]
            loss += 0.5 * self.reg * np.sum(W * W)
            grads["W%d" % i] = x.T @ dout + self.reg * W
            grads["b%d" % i] = dout.sum(axis=0)
            dout = dout @ W.T
        return loss, grads
