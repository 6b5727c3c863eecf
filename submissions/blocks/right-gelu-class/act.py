import math

import numpy as np


class GELU:
    def forward(self, x):
        self.x = x
        flat = [0.5 * (1.0 + math.erf(v / math.sqrt(2.0))) for v in x.ravel().tolist()]
        self.phi = np.array(flat).reshape(x.shape)
        return x * self.phi

    def backward(self, dout):
        density = np.exp(-0.5 * self.x * self.x) * (1 / math.sqrt(2 * math.pi))
        return dout * self.phi + dout * self.x * density


class GeluTanh:
    def forward(self, x):
        self.x = x
        self.u = math.sqrt(2 / math.pi) * x * (1 + 0.044715 * x * x)
        return x / (1 + np.exp(-2 * self.u))

    def backward(self, dout):
        s = 1 / (1 + np.exp(-2 * self.u))
        du = math.sqrt(2 / math.pi) * (1 + 0.134145 * self.x ** 2)
        return dout * (s + 2 * self.x * s * (1 - s) * du)
