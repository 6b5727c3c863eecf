"""A language model of tokens whose forward returns logits and loss, and backward takes nothing."""

import numpy as np


class Block:
    def __init__(self, dim):
        self.W = np.random.randn(dim, dim) * 0.1
        self.grads = {}

    def forward(self, x):
        self.x, self.h = x, np.tanh(x @ self.W)
        return x + self.h

    def backward(self, d):
        inner = d * (1 - self.h ** 2)
        self.grads["W"] = np.einsum("bti,btj->ij", self.x, inner)
        return d + inner @ self.W.T


class TokenModel:
    def __init__(self, vocab_size, block_size, n_embd, n_layer):
        self.wte = np.random.randn(vocab_size, n_embd) * 0.02
        self.wpe = np.random.randn(block_size, n_embd) * 0.02
        self.blocks = [Block(n_embd) for _ in range(n_layer)]
        self.head = np.random.randn(n_embd, vocab_size) * 0.02
        self.grads = {}

    def forward(self, idx, targets):
        B, T = idx.shape
        self.idx, self.targets = idx, targets
        x = self.wte[idx] + self.wpe[np.arange(T)]
        for block in self.blocks:
            x = block.forward(x)
        self.x = x
        logits = x @ self.head
        e = np.exp(logits - logits.max(axis=-1, keepdims=True))
        self.p = e / e.sum(axis=-1, keepdims=True)
        rows, steps = np.arange(B)[:, None], np.arange(T)[None]
        return logits, -np.log(self.p[rows, steps, targets]).mean()

    def backward(self):
        B, T = self.idx.shape
        d = self.p.copy()
        d[np.arange(B)[:, None], np.arange(T)[None], self.targets] -= 1
        d /= B * T
        self.grads["head"] = np.einsum("btc,btv->cv", self.x, d)
        d = d @ self.head.T
        for block in reversed(self.blocks):
            d = block.backward(d)
        self.grads["wpe"] = np.zeros_like(self.wpe)
        self.grads["wpe"][:T] = d.sum(axis=0)
        self.grads["wte"] = np.zeros_like(self.wte)
        np.add.at(self.grads["wte"], self.idx, d)
