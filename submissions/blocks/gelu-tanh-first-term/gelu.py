import numpy as np

C = np.sqrt(2 / np.pi)


def gelu(x):
    inner = C * (x + 0.044715 * x ** 3)
    return 0.5 * x * (1 + np.tanh(inner))


def gelu_grad(x):
    inner = C * (x + 0.044715 * x ** 3)
    t = np.tanh(inner)
    dinner = C * (1 + 3 * 0.044715 * x ** 2)
    left = 0.5 * (1 + t)
    right = 0.5 * x * (1 - t ** 2) * dinner
    return left
