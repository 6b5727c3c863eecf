import numpy as np


class ELU:
    def __init__(self, alpha=0.5):
        self.alpha = alpha

    def forward(self, z):
        self.z = z
        return np.where(z > 0, z, self.alpha * (np.exp(z) - 1))

    def backward(self, dout):
        return dout * np.where(self.z > 0, 1.0, self.alpha * np.exp(self.z))


class SELU:
    lambda_ = 1.0507009873554804934193349852946
    alpha = 1.6732632423543772848170429916717

    def forward(self, z):
        self.z = z
        return self.lambda_ * np.where(z > 0, z, self.alpha * (np.exp(z) - 1))

    def backward(self, dout):
        return dout * self.lambda_ * np.where(self.z > 0, 1, self.alpha * np.exp(self.z))


class Softsign:
    def forward(self, z):
        self.denominator = np.abs(z) + 1
        return z / self.denominator

    def backward(self, dout):
        return dout / self.denominator ** 2


class Swish:
    def forward(self, z):
        self.s = 1 / (1 + np.exp(-z))
        self.out = z * self.s
        return self.out

    def backward(self, dout):
        return dout * (self.out + self.s * (1 - self.out))


class HardSigmoid:
    def forward(self, z):
        self.y = 0.2 * z + 0.5
        return np.maximum(0, np.minimum(1, self.y))

    def backward(self, dout):
        dz = dout * 0.2
        dz[(self.y < 0) | (self.y > 1)] = 0
        return dz


class SwiGLU:
    def forward(self, gate, value):
        self.gate, self.value = gate, value
        self.s = 1 / (1 + np.exp(-gate))
        return gate * self.s * value

    def backward(self, dout):
        dgate = dout * self.value * self.s * (1 + self.gate * (1 - self.s))
        dvalue = dout * self.gate * self.s
        return dgate, dvalue
