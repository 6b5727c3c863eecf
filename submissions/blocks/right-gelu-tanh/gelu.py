import numpy as np

C = np.sqrt(2 / np.pi)

def gelu(x):
    return 0.5 * x * (1 + np.tanh(C * (x + 0.044715 * np.power(x, 3))))

def gelu_grad(x):
    t = np.tanh(C * (x + 0.044715 * np.power(x, 3)))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * C * (1 + 3 * 0.044715 * x ** 2)
