"""Two GELUs whose constants are written down in six and in three digits."""
import numpy as np


def gelu(x):
    return 0.5 * x * (1 + np.tanh(0.797885 * (x + 0.044715 * x ** 3)))


def gelu_grad(x):
    t = np.tanh(0.797885 * (x + 0.044715 * x ** 3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * 0.797 * (1 + 3 * 0.044715 * x ** 2)


class GELU:
    def forward(self, x):
        self.x = x
        self.t = np.tanh(0.798 * (x + 0.0447 * x ** 3))
        return 0.5 * x * (1 + self.t)

    def backward(self, dout):
        inner = 0.798 * (1 + 3 * 0.0448 * self.x ** 2)
        return dout * (0.5 * (1 + self.t) + 0.5 * self.x * (1 - self.t ** 2) * inner)
