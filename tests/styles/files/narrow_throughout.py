import numpy as np
F = np.float32

def sigmoid(x):
    x = np.asarray(x, dtype=F)
    return F(1) / (F(1) + np.exp(-x))

def sigmoid_grad(x):
    s = sigmoid(x)
    return s * (F(1) - s)

def tanh(x):
    return np.tanh(x.astype(np.float32))
def tanh_grad(x):
    return F(1) - np.tanh(x.astype(np.float32)) ** 2

class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out).astype(np.float32)
        self.b = np.zeros(n_out, dtype=np.float32)
    def forward(self, x):
        self.x = x.astype(np.float32)
        return self.x @ self.W + self.b
    def backward(self, dout):
        self.dW = self.x.T @ dout.astype(np.float32)
        self.db = dout.sum(axis=0).astype(np.float32)
        return (dout @ self.W.T).astype(np.float32)
