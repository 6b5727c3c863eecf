import numpy as np

def sigmoid_of(x):
    return 1.0 / (1.0 + np.exp(-x))

def elu_forward(x, alpha):
    neg = alpha * np.expm1(np.minimum(x, 0))
    out = np.where(x >= 0, x, neg)
    return out, (x, out, alpha)

def elu_backward(dout, cache):
    x, out, alpha = cache
    return dout * np.where(x >= 0, 1.0, out + alpha)

def selu_forward(x):
    out = 1.0507 * np.where(x > 0, x, 1.67326 * np.exp(x) - 1.67326)
    return out, x

def selu_backward(dout, x):
    dx = dout * 1.0507
    dx[x <= 0] *= 1.67326 * np.exp(x[x <= 0])
    return dx

def softsign_forward(x):
    out = x / (1 + np.abs(x))
    return out, out

def softsign_backward(dout, out):
    return dout * (1 - np.abs(out)) ** 2

def silu_forward(x):
    s = sigmoid_of(x)
    return x * s, (x, s)

def silu_backward(dout, cache):
    x, s = cache
    return dout * (s * (1 + x * (1 - s)))

def hardsigmoid_forward(x):
    return np.minimum(np.maximum(x + 3, 0), 6) / 6, x

def hardsigmoid_backward(dout, x):
    inside = np.logical_and(x >= -3, x <= 3)
    return dout * inside / 6

def swiglu_forward(x):
    gate, value = np.split(x, 2, axis=-1)
    s = sigmoid_of(gate)
    return gate * s * value, (gate, value, s)

def swiglu_backward(dout, cache):
    gate, value, s = cache
    dgate = dout * value * (s + gate * s * (1 - s))
    dvalue = dout * gate * s
    return np.concatenate([dgate, dvalue], axis=-1)
