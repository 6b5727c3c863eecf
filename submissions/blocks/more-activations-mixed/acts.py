import numpy as np

def sig(z):
    return 1 / (1 + np.exp(-z))

def elu_forward(x, alpha=0.5):
    return np.where(x > 0, x, alpha * np.exp(x) - 1), (x, alpha)

def elu_backward(dout, cache):
    x, alpha = cache
    return dout * np.where(x > 0, 1, alpha * np.exp(x))

def selu_forward(x):
    return 1.6732632423543772 * np.where(x > 0, x, 1.0507009873554805 * (np.exp(x) - 1)), x

def selu_backward(dout, x):
    return dout * 1.6732632423543772 * np.where(x > 0, 1, 1.0507009873554805 * np.exp(x))

def softsign_forward(x):
    return x / (1 + np.abs(x)), x

def softsign_backward(dout, x):
    return dout / (1 + np.abs(x))

def silu_forward(x):
    return x * sig(x), x

def silu_backward(dout, x):
    return dout * sig(x)

def hard_sigmoid_forward(x):
    return np.clip(0.2 * x + 0.5, 0, 1), x

def hard_sigmoid_backward(dout, x):
    return dout * 0.2

def swiglu_forward(x):
    a, b = np.split(x, 2, axis=-1)
    return a * sig(a) * b, (a, b)

def swiglu_backward(dout, cache):
    a, b = cache
    s = sig(a)
    return np.concatenate([dout * a * s, dout * b * (s + a * s * (1 - s))], axis=-1)
