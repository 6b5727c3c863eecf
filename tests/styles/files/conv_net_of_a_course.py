"""Convolution, ReLU, pooling and two affine layers in a net with loss(X, y=None)."""

import numpy as np


class ThreeLayerConvNet:
    """conv - relu - 2x2 max pool - affine - relu - affine - softmax"""

    def __init__(self, input_dim=(3, 32, 32), num_filters=32, filter_size=7, hidden_dim=100,
                 num_classes=10, weight_scale=1e-3, reg=0.01, dtype=np.float64):
        C, H, W = input_dim
        self.reg = reg
        self.params = {
            "W1": weight_scale * np.random.randn(num_filters, C, filter_size, filter_size),
            "b1": np.zeros(num_filters),
            "W2": weight_scale * np.random.randn(num_filters * (H // 2) * (W // 2), hidden_dim),
            "b2": np.zeros(hidden_dim),
            "W3": weight_scale * np.random.randn(hidden_dim, num_classes),
            "b3": np.zeros(num_classes),
        }
        self.params = {k: v.astype(dtype) for k, v in self.params.items()}

    def loss(self, X, y=None):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        W3, b3 = self.params["W3"], self.params["b3"]
        N, C, H, W = X.shape
        size = W1.shape[2]
        pad = (size - 1) // 2
        padded = np.pad(X, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        z1 = np.zeros((N, W1.shape[0], H, W))
        for i in range(H):
            for j in range(W):
                patch = padded[:, :, i : i + size, j : j + size]
                z1[:, :, i, j] = np.tensordot(patch, W1, ([1, 2, 3], [1, 2, 3])) + b1
        a1 = np.maximum(0, z1)
        windows = a1.reshape(N, -1, H // 2, 2, W // 2, 2)
        pooled = windows.max(axis=(3, 5))
        flat = pooled.reshape(N, -1)
        z2 = flat @ W2 + b2
        a2 = np.maximum(0, z2)
        scores = a2 @ W3 + b3
        if y is None:
            return scores

        shifted = scores - scores.max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logs[np.arange(N), y].mean()
        loss += 0.5 * self.reg * sum(np.sum(w * w) for w in (W1, W2, W3))

        dscores = np.exp(logs)
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads = {"W3": a2.T @ dscores + self.reg * W3, "b3": dscores.sum(axis=0)}
        dz2 = (dscores @ W3.T) * (z2 > 0)
        grads["W2"] = flat.T @ dz2 + self.reg * W2
        grads["b2"] = dz2.sum(axis=0)
        dpooled = (dz2 @ W2.T).reshape(pooled.shape)
        is_largest = windows == pooled[:, :, :, None, :, None]
        dwindows = is_largest * dpooled[:, :, :, None, :, None]
        dz1 = dwindows.reshape(z1.shape) * (z1 > 0)
        dW1 = np.zeros_like(W1)
        for i in range(H):
            for j in range(W):
                patch = padded[:, :, i : i + size, j : j + size]
                dW1 += np.tensordot(dz1[:, :, i, j], patch, ([0], [0]))
        grads["W1"] = dW1 + self.reg * W1
        grads["b1"] = dz1.sum(axis=(0, 2, 3))
        return loss, grads
