import numpy as np


class AveragePooling:
    def __init__(self, kernel_size=2, stride=2):
        self.k, self.s = kernel_size, stride

    def forward(self, x):
        k, s = self.k, self.s
        self.shape = x.shape
        oh, ow = (x.shape[2] - k) // s + 1, (x.shape[3] - k) // s + 1
        out = np.zeros((*x.shape[:2], oh, ow))
        for i in range(oh):
            for j in range(ow):
                out[:, :, i, j] = x[:, :, i * s:i * s + k, j * s:j * s + k].mean(axis=(2, 3))
        return out

    def backward(self, dout):
        k, s = self.k, self.s
        dx = np.zeros(self.shape)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                dx[:, :, i * s:i * s + k, j * s:j * s + k] += dout[:, :, i:i + 1, j:j + 1] / k
        return dx
