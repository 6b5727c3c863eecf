import numpy as np

class ReLU:
    mask = None

    def forward(self, x):
        if ReLU.mask is None or ReLU.mask.shape != x.shape:
            ReLU.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * ReLU.mask
