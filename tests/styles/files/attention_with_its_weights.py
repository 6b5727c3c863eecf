import numpy as np

class ScaledDotProductAttention:
    def forward(self, q, k, v, mask=None):
        # q (B, H, T, d)
        self.q, self.k, self.v = q, k, v
        s = np.matmul(q, np.swapaxes(k, -2, -1)) / np.sqrt(q.shape[-1])
        if mask is not None:
            s = np.where(mask == 0, -1e9, s)
        s = s - s.max(-1, keepdims=True)
        self.a = np.exp(s) / np.exp(s).sum(-1, keepdims=True)
        return np.matmul(self.a, v), self.a
    def backward(self, dout):
        da = np.matmul(dout, np.swapaxes(self.v, -2, -1))
        dv = np.matmul(np.swapaxes(self.a, -2, -1), dout)
        ds = self.a * (da - np.sum(da * self.a, -1, keepdims=True)) / np.sqrt(self.q.shape[-1])
        return np.matmul(ds, self.k), np.matmul(np.swapaxes(ds, -2, -1), self.q), dv
