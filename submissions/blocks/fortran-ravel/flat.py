import numpy as np


def relu(z):
    return np.maximum(0, z)


def relu_backward(dout, z):
    grad = np.empty(z.size)
    for k, v in enumerate(z.ravel(order="K")):
        grad[k] = 1.0 if v > 0 else 0.0
    return dout * grad.reshape(z.shape)
