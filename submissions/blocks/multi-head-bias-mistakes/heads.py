import numpy as np


class MultiHeadAttention:
    def __init__(self, d_model, num_heads):
        self.heads = num_heads
        self.width = d_model // num_heads
        scale = 1 / np.sqrt(d_model)
        self.W_q, self.W_k, self.W_v, self.W_o = (
            scale * np.random.randn(d_model, d_model) for _ in range(4)
        )
        self.b_q, self.b_k, self.b_v, self.b_o = (np.zeros(d_model) for _ in range(4))

    def split(self, x):
        n, t, _ = x.shape
        return x.reshape(n, t, self.heads, self.width).transpose(0, 2, 1, 3)

    def join(self, x):
        n, _, t, _ = x.shape
        return x.transpose(0, 2, 1, 3).reshape(n, t, self.heads * self.width)

    def forward(self, x):
        self.x = x
        self.q = self.split(x @ self.W_q + self.b_q)
        self.k = self.split(x @ self.W_k + self.b_k)
        self.v = self.split(x @ self.W_v + self.b_v)
        s = self.q @ self.k.transpose(0, 1, 3, 2) / np.sqrt(self.width)
        e = np.exp(s - s.max(axis=-1, keepdims=True))
        self.A = e / e.sum(axis=-1, keepdims=True)
        self.o = self.join(self.A @ self.v)
        return self.o @ self.W_o + self.b_o

    def backward(self, dout):
        def weights(a, d):
            return np.einsum("nti,ntj->ij", a, d)

        self.dW_o = weights(self.o, dout)
        self.db_o = dout.sum(axis=(0, 1))
        do = self.split(dout @ self.W_o.T)
        dv = self.join(self.A.transpose(0, 1, 3, 2) @ do)
        dA = do @ self.v.transpose(0, 1, 3, 2)
        ds = self.A * (dA - (dA * self.A).sum(-1, keepdims=True)) / np.sqrt(self.width)
        dq = self.join(ds @ self.k)
        dk = self.join(ds.transpose(0, 1, 3, 2) @ self.q)
        self.dW_q, self.db_q = weights(self.x, dq), dq.sum(axis=(0, 1))
        self.dW_k, self.db_k = weights(self.x, dk), dk.sum(axis=(0, 1))
        self.dW_v, self.db_v = weights(self.x, dv), dv.sum(axis=1).mean(axis=0)
        return dq @ self.W_q.T + dv @ self.W_v.T
