import numpy as np

def sig(z):
    return 1 / (1 + np.exp(-z))

def elu(z, alpha=0.5):
    return np.where(z > 0, z, alpha * (np.exp(z) - 1))

def elu_prime(z, alpha=0.5):
    return np.where(z > 0, 1, np.exp(z))

def selu(z, alpha=1.6732632423543772, scale=1.0507009873554805):
    return scale * np.where(z > 0, z, alpha * (np.exp(z) - 1))

def selu_prime(z, alpha=1.6732632423543772, scale=1.0507009873554805):
    return np.where(z > 0, scale, alpha * np.exp(z))

def softsign(z):
    return z / (1 + np.abs(z))

def softsign_prime(z):
    return 1 / (1 + z) ** 2

def swish(z, beta=1.5):
    return z * sig(beta * z)

def swish_prime(z, beta=1.5):
    s = sig(beta * z)
    return s + z * s * (1 - s)

def hard_sigmoid(z):
    return np.clip(0.2 * z + 0.5, 0, 1)

def hard_sigmoid_prime(z):
    return np.where((z > -1) & (z < 1), 0.2, 0)

def swiglu(x, W, V):
    a, b = x @ W, x @ V
    return a * sig(a) * b

def swiglu_backward(dout, x, W, V):
    a, b = x @ W, x @ V
    s = sig(a)
    da = dout * b * s * (1 - s)
    db = dout * a * s
    return da @ W.T + db @ V.T, x.T @ da, x.T @ db
