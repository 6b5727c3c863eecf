"""Networks that hand out no gradients: one step of training at a known rate tells them."""

import numpy as np


class RNN:
    def __init__(self, input_size=1, hidden_size=16, output_size=1, lr=0.01):
        self.hidden_size = hidden_size
        self.lr = lr
        self.W_xh = np.random.randn(hidden_size, input_size) * 0.1
        self.W_hh = np.random.randn(hidden_size, hidden_size) * 0.1
        self.W_hy = np.random.randn(output_size, hidden_size) * 0.1
        self.b_h = np.zeros((hidden_size, 1))
        self.b_y = np.zeros((output_size, 1))

    def forward(self, inputs):
        self.inputs = inputs
        self.hs = {-1: np.zeros((self.hidden_size, 1))}
        self.ys = {}
        for t, x in enumerate(inputs):
            self.hs[t] = np.tanh(self.W_xh @ x + self.W_hh @ self.hs[t - 1] + self.b_h)
            self.ys[t] = self.W_hy @ self.hs[t] + self.b_y
        return self.ys

    def loss(self, targets):
        return sum(0.5 * np.sum((self.ys[t] - targets[t]) ** 2) for t in range(len(targets)))

    def backward(self, targets):
        dW_xh, dW_hh, dW_hy = map(np.zeros_like, (self.W_xh, self.W_hh, self.W_hy))
        db_h, db_y = np.zeros_like(self.b_h), np.zeros_like(self.b_y)
        dh_next = np.zeros_like(self.b_h)
        for t in reversed(range(len(targets))):
            dy = self.ys[t] - targets[t]
            dW_hy += dy @ self.hs[t].T
            db_y += dy
            dh = self.W_hy.T @ dy + dh_next
            draw = (1 - self.hs[t] ** 2) * dh
            db_h += draw
            dW_xh += draw @ self.inputs[t].T
            dW_hh += draw @ self.hs[t - 1].T
            dh_next = self.W_hh.T @ draw
        for param, grad in zip([self.W_xh, self.W_hh, self.W_hy, self.b_h, self.b_y],
                               [dW_xh, dW_hh, dW_hy, db_h, db_y]):
            param -= self.lr * grad


class CharRNN:
    def __init__(self, vocab_size, hidden_size=100, learning_rate=0.1):
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.learning_rate = learning_rate
        self.Wxh = np.random.randn(hidden_size, vocab_size) * 0.01
        self.Whh = np.random.randn(hidden_size, hidden_size) * 0.01
        self.Why = np.random.randn(vocab_size, hidden_size) * 0.01
        self.bh = np.zeros((hidden_size, 1))
        self.by = np.zeros((vocab_size, 1))
        self.h = np.zeros((hidden_size, 1))

    def step(self, inputs, targets):
        xs, hs, ps = {}, {-1: np.copy(self.h)}, {}
        loss = 0
        for t in range(len(inputs)):
            xs[t] = np.zeros((self.vocab_size, 1))
            xs[t][inputs[t]] = 1
            hs[t] = np.tanh(self.Wxh @ xs[t] + self.Whh @ hs[t - 1] + self.bh)
            y = self.Why @ hs[t] + self.by
            ps[t] = np.exp(y) / np.sum(np.exp(y))
            loss += -np.log(ps[t][targets[t], 0])
        dWxh, dWhh, dWhy = np.zeros_like(self.Wxh), np.zeros_like(self.Whh), np.zeros_like(self.Why)
        dbh, dby = np.zeros_like(self.bh), np.zeros_like(self.by)
        dhnext = np.zeros_like(self.h)
        for t in reversed(range(len(inputs))):
            dy = np.copy(ps[t])
            dy[targets[t]] -= 1
            dWhy += dy @ hs[t].T
            dby += dy
            dh = self.Why.T @ dy + dhnext
            dhraw = (1 - hs[t] * hs[t]) * dh
            dbh += dhraw
            dWxh += dhraw @ xs[t].T
            dWhh += dhraw @ hs[t - 1].T
            dhnext = self.Whh.T @ dhraw
        for d in (dWxh, dWhh, dWhy, dbh, dby):
            np.clip(d, -5, 5, out=d)
        for p, d in zip((self.Wxh, self.Whh, self.Why, self.bh, self.by), (dWxh, dWhh, dWhy, dbh, dby)):
            p -= self.learning_rate * d
        self.h = hs[len(inputs) - 1]
        return loss


class ANN:
    def __init__(self, layer_dims, learning_rate=0.0075, lambd=0.1):
        self.layer_dims = layer_dims
        self.learning_rate = learning_rate
        self.lambd = lambd
        self.parameters = {}
        self.__initialize()

    def __initialize(self):
        for l in range(1, len(self.layer_dims)):
            self.parameters[f"W{l}"] = np.random.randn(self.layer_dims[l], self.layer_dims[l - 1]) * 0.1
            self.parameters[f"b{l}"] = np.zeros((self.layer_dims[l], 1))

    def __forward(self, X):
        self.cache = {"A0": X}
        L = len(self.layer_dims) - 1
        A = X
        for l in range(1, L + 1):
            Z = self.parameters[f"W{l}"] @ A + self.parameters[f"b{l}"]
            A = 1 / (1 + np.exp(-Z)) if l == L else np.maximum(0, Z)
            self.cache[f"Z{l}"], self.cache[f"A{l}"] = Z, A
        return A

    def __compute_cost(self, AL, Y):
        m = Y.shape[1]
        cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m
        L = len(self.layer_dims) - 1
        return cost + self.lambd / (2 * m) * sum(np.sum(self.parameters[f"W{l}"] ** 2) for l in range(1, L + 1))

    def __compute_gradients(self, AL, Y):
        m = Y.shape[1]
        L = len(self.layer_dims) - 1
        grads = {}
        dZ = AL - Y
        for l in range(L, 0, -1):
            grads[f"dW{l}"] = dZ @ self.cache[f"A{l-1}"].T / m + self.lambd / m * self.parameters[f"W{l}"]
            grads[f"db{l}"] = dZ.sum(axis=1, keepdims=True) / m
            if l > 1:
                dZ = (self.parameters[f"W{l}"].T @ dZ) * (self.cache[f"Z{l-1}"] > 0)
        return grads

    def fit(self, X, Y, epochs=100):
        for _ in range(epochs):
            AL = self.__forward(X)
            cost = self.__compute_cost(AL, Y)
            grads = self.__compute_gradients(AL, Y)
            for k in self.parameters:
                self.parameters[k] -= self.learning_rate * grads["d" + k]
        return cost


class Classifier:
    def __init__(self, n_inputs, n_hidden, n_outputs, learning_rate=0.1):
        self.lr = learning_rate
        self.W1 = np.random.randn(n_inputs, n_hidden) * 0.5
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = np.random.randn(n_hidden, n_outputs) * 0.5
        self.b2 = np.zeros((1, n_outputs))

    @staticmethod
    def _softmax(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def train_step(self, X, y):
        m = X.shape[0]
        z1 = X @ self.W1 + self.b1
        a1 = np.tanh(z1)
        p = self._softmax(a1 @ self.W2 + self.b2)
        loss = -np.sum(y * np.log(p + 1e-12)) / m
        d2 = (p - y) / m
        dW2 = a1.T @ d2
        db2 = d2.sum(axis=0, keepdims=True)
        d1 = (d2 @ self.W2.T) * (1 - a1 ** 2)
        self.W1 -= self.lr * X.T @ d1
        self.b1 -= self.lr * d1.sum(axis=0, keepdims=True)
        self.W2 -= self.lr * dW2
        self.b2 -= self.lr * db2
        return loss
