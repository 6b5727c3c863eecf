"""What looks like something that we know and isn't must not be failed for it (seen in public)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.api import grade
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.report import Report
from gradcheck.sandbox.executors import Executor

LAST_LAYER = """
class Softmax:  # the last layer: its argument is an upstream gradient, no label
    def __init__(self, input_len, nodes):
        self.weights = np.random.randn(input_len, nodes)
        self.biases = np.zeros(nodes)
    def forward(self, x):
        self.x = x
        e = np.exp(x @ self.weights + self.biases)
        self.out = e / e.sum(axis=1, keepdims=True)
        return self.out
    def backprop(self, d_L_d_out, learn_rate):
        d = self.out * (d_L_d_out - (d_L_d_out * self.out).sum(axis=1, keepdims=True))
        self.weights -= learn_rate * self.x.T @ d
        self.biases -= learn_rate * d.sum(axis=0)
"""
LAZY = """
class LayerNorm:  # makes its parameters when it first sees an input
    def __init__(self, eps=1e-5):
        self.eps = eps
        self.gamma = None
        self.beta = None
    def build(self, shape):
        self.gamma, self.beta = np.ones(shape), np.zeros(shape)
        self.is_built = True
    def forward(self, x):
        if not hasattr(self, "is_built"):
            self.build(x.shape[-1])
        self.s = np.sqrt(x.var(axis=-1, keepdims=True) + self.eps)
        self.h = (x - x.mean(axis=-1, keepdims=True)) / self.s
        return self.gamma * self.h + self.beta
    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.h).sum(axis=0), dout.sum(axis=0)
        g = dout * self.gamma
        return (g - g.mean(-1, keepdims=True)
                - self.h * (g * self.h).mean(-1, keepdims=True)) / self.s
"""
REFUSING = """
def svm_loss(features, labels, weights, bias, reg):  # its own checks refuse what isn't meant
    if not isinstance(bias, list):
        raise ValueError("bias must be a list of blocks")
    return 0.0, weights
"""
OF_LAYERS = """
def l2_regularization(layers, lam=0.001):  # takes objects that have arrays
    return sum(0.5 * lam * np.sum(layer.W ** 2) for layer in layers if hasattr(layer, "W"))
"""
OF_ONE_NUMBER = """
def clip(x: float):  # keeps a probability from 0 and 1, and is no gradient's
    return max(1e-7, min(x, 1 - 1e-7))
"""
OTHER_CACHE = """
def forward_propagation(X, parameters):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    A2 = 1 / (1 + np.exp(-parameters["W2"] @ A1 - parameters["b2"]))
    return A2, (A1, A2)
def compute_cost(A2, Y):
    return float(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    A1 = np.tanh(parameters["W1"] @ X + parameters["b1"])
    D1 = (np.random.rand(*A1.shape) < keep_prob) / keep_prob
    A2 = 1 / (1 + np.exp(-parameters["W2"] @ (A1 * D1) - parameters["b2"]))
    return A2, (A1, D1, A2)
def backward_propagation_with_dropout(parameters, X, Y, cache, keep_prob):
    A1, D1, A2 = cache
    dZ2 = (A2 - Y) / X.shape[1]
    dZ1 = parameters["W2"].T @ dZ2 * D1 * (1 - A1 ** 2)
    return {"dW1": dZ1 @ X.T, "db1": dZ1.sum(axis=1, keepdims=True),
            "dW2": dZ2 @ (A1 * D1).T, "db2": dZ2.sum(axis=1, keepdims=True)}
"""
MATRICES = """
class Matrix:
    def __init__(self, rows): self.rows = rows
    def map(self, f): return Matrix([[f(v) for v in row] for row in self.rows])
class ReLU:
    def forward(self, inputs):
        self.inputs = inputs
        return inputs.map(lambda v: max(0.0, v))
    def backward(self, dvalues):
        return dvalues.map(lambda v: v)
"""
SEVERAL = """
def rnn_step_forward(parameters, a_prev, x):
    a = np.tanh(parameters["Wax"] @ x + parameters["Waa"] @ a_prev + parameters["b"])
    return a, np.exp(a)
def rnn_step_backward(dy, gradients, parameters, x, a, a_prev):
    gradients["dWya"] += dy @ a.T
    return gradients
"""
FLATTENED = """
class Network:  # hands its gradients out as one vector
    def __init__(self):
        self.W1, self.W2 = np.random.randn(2, 3), np.random.randn(3, 1)
    def forward(self, X):
        self.a = 1 / (1 + np.exp(-X @ self.W1))
        return 1 / (1 + np.exp(-self.a @ self.W2))
    def costFunction(self, X, y):
        return 0.5 * np.sum((y - self.forward(X)) ** 2)
    def computeGradients(self, X, y):
        out = self.forward(X)
        d = (out - y) * out * (1 - out)
        dW1 = X.T @ (d @ self.W2.T * self.a * (1 - self.a))
        return np.concatenate((dW1.ravel(), (self.a.T @ d).ravel()))
"""
LINEAR_OUTPUT = """
class NeuralNetwork:  # three real outputs, no sigmoid and no softmax
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out), np.zeros(n_out)
    def forward(self, X):
        self.X, self.h = X, np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2
    def loss(self, out, y):
        return np.mean((out - y) ** 2)
    def backward(self, out, y):
        d = 2 * (out - y) / out.size
        dh = d @ self.W2.T * (1 - self.h ** 2)
        return self.X.T @ dh, dh.sum(axis=0), self.h.T @ d, d.sum(axis=0)
"""
EXPONENTIAL_OUTPUT = """
class NeuralNetwork:  # counts: its last layer is an exponential
    def __init__(self, n_in, n_hidden, n_out):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden) / 9, np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_out) / 9, np.zeros(n_out)
    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return np.exp(self.h @ self.W2 + self.b2)
    def backprop(self, X, y, lr):
        d = (self.forward(X) - y) / len(X)
        dh = (d @ self.W2.T) * (1 - self.h ** 2)
        self.W2 -= lr * self.h.T @ d
        self.b2 -= lr * d.sum(0)
        self.W1 -= lr * X.T @ dh
        self.b1 -= lr * dh.sum(0)
"""
POISSON_COST = """
class Network:  # cost and gradients of counts
    def __init__(self, n_in, n_hidden, n_out):
        self.params = {"W1": np.random.randn(n_in, n_hidden) / 9, "b1": np.zeros(n_hidden),
                       "W2": np.random.randn(n_hidden, n_out) / 9, "b2": np.zeros(n_out)}
    def loss(self, X, y):
        p = self.params
        h = np.tanh(X @ p["W1"] + p["b1"])
        rate = np.exp(h @ p["W2"] + p["b2"])
        d = (rate - y) / len(X)
        dh = d @ p["W2"].T * (1 - h ** 2)
        return np.sum(rate - y * np.log(rate)) / len(X), {
            "W1": X.T @ dh, "b1": dh.sum(0), "W2": h.T @ d, "b2": d.sum(0)}
"""
MANY_TO_ONE = """
class RNN:  # one output after the last step; clips, and updates itself
    def __init__(self, input_size, output_size, hidden_size=8):
        self.Whh = np.random.randn(hidden_size, hidden_size) / 10
        self.Wxh = np.random.randn(hidden_size, input_size) / 10
        self.Why = np.random.randn(output_size, hidden_size) / 10
        self.bh, self.by = np.zeros((hidden_size, 1)), np.zeros((output_size, 1))
    def forward(self, inputs):
        h = np.zeros((self.Whh.shape[0], 1))
        self.inputs, self.hs = inputs, [h]
        for x in inputs:
            h = np.tanh(self.Wxh @ x + self.Whh @ h + self.bh)
            self.hs.append(h)
        return self.Why @ h + self.by, h
    def backprop(self, d_y, learn_rate=2e-2):
        dWhh, dWxh, dbh = np.zeros(self.Whh.shape), np.zeros(self.Wxh.shape), 0
        dh = self.Why.T @ d_y
        for t in reversed(range(len(self.inputs))):
            raw = (1 - self.hs[t + 1] ** 2) * dh
            dbh = dbh + raw
            dWhh += raw @ self.hs[t].T
            dWxh += raw @ self.inputs[t].T
            dh = self.Whh.T @ raw
        self.Why -= learn_rate * np.clip(d_y @ self.hs[-1].T, -1, 1)
        self.Whh -= learn_rate * np.clip(dWhh, -1, 1)
        self.Wxh -= learn_rate * np.clip(dWxh, -1, 1)
        self.bh -= learn_rate * np.clip(dbh, -1, 1)
        self.by -= learn_rate * np.clip(d_y, -1, 1)
"""
REAL_TARGETS = """
Wxh, Whh, Why = np.random.randn(4, 1), np.random.randn(4, 4), np.random.randn(1, 4)
bh, by = np.zeros((4, 1)), np.zeros((1, 1))

def lossFun(inputs, targets, hprev):  # numbers, and squares for the cost
    hs, ys, loss = {-1: hprev}, {}, 0.0
    for t in range(len(inputs)):
        hs[t] = np.tanh(Wxh * inputs[t] + Whh @ hs[t - 1] + bh)
        ys[t] = Why @ hs[t] + by
        loss += 0.5 * ((ys[t] - targets[t]) ** 2).item()
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby, later = np.zeros_like(bh), np.zeros_like(by), 0
    for t in reversed(range(len(inputs))):
        dy = ys[t] - targets[t]
        dWhy += dy @ hs[t].T
        dby += dy
        raw = (Why.T @ dy + later) * (1 - hs[t] ** 2)
        dWxh += raw * inputs[t]
        dWhh += raw @ hs[t - 1].T
        dbh += raw
        later = Whh.T @ raw
    return loss, dWxh, dWhh, dWhy, dbh, dby
"""
MEANS_INSIDE = """
class GatedBlock:  # its weights' gradients are means over the batch, for a cost without 1/N
    def __init__(self, n_in, n_out):
        self.W, self.V = np.random.randn(n_in, n_out), np.random.randn(n_in, n_out)
    def forward(self, x):
        self.x, self.a, self.g = x, x @ self.W, np.tanh(x @ self.V)
        return self.a * self.g
    def backward(self, dout):
        da, dv = dout * self.g, dout * self.a * (1 - self.g ** 2)
        self.dW, self.dV = self.x.T @ da / len(self.x), self.x.T @ dv / len(self.x)
        return da @ self.W.T + dv @ self.V.T
"""
OF_ONE_WORD = """
def softmaxCostAndGradient(predicted, target, outputVectors, dataset):  # a vector, one index
    scores = outputVectors @ predicted
    p = np.exp(scores - scores.max())
    p = p / p.sum()
    cost = -np.log(p[target])
    p[target] -= 1
    return cost, outputVectors.T @ p, np.outer(p, predicted)
"""
GOES_THROUGH = """
def forward_prop(data, labels, params):  # hidden units and outputs come with the cost
    h = 1 / (1 + np.exp(-(data @ params["W1"] + params["b1"])))
    e = np.exp(h @ params["W2"] + params["b2"])
    y = e / e.sum(axis=1, keepdims=True)
    return h, y, -np.sum(labels * np.log(y)) / len(data)
"""
ACTIVATED = """
class Squash:
    def forward(self, z):
        self.out = np.tanh(z)
        return self.out
    def backward(self, dout): return dout * (1 - self.out ** 2)

class Dense:  # its weights are made by its first input, and an activation follows them
    def __init__(self, neurons, activation=Squash()):
        self.neurons, self.activation, self.W = neurons, activation, None
    def forward(self, x):
        if self.W is None:
            self.W, self.b = np.random.randn(x.shape[1], self.neurons), np.zeros((1, self.neurons))
        self.x = x
        return self.activation.forward(x @ self.W + self.b)
    def backward(self, dout):
        dz = self.activation.backward(dout)
        self.dW, self.db = self.x.T @ dz, dz.sum(axis=0, keepdims=True)
        return dz @ self.W.T
"""
BARE_GRADIENTS = """
def loss(y, t): return np.mean((t - y) ** 2)
def output_gradient(y, t): return 2.0 * (y - t) / y.shape[0]
def logistic(z): return 1 / (1 + np.exp(-z))
def nn(x, w): return logistic(x * w)
def loss_ce(y, t): return -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y))
def gradient(w, x, t): return (nn(x, w) - t).T * x
"""
OF_TWO_METHODS = """
class SVM:  # fits and predicts: no forward and backward
    def __init__(self, rate=0.01): self.rate = rate
    def fit(self, X, y):
        self.w, self.b = np.zeros(X.shape[1]), 0.0
        for x, t in zip(X, np.where(y <= 0, -1, 1)):
            if t * (x @ self.w - self.b) < 1:
                self.w += self.rate * t * x
                self.b -= self.rate * t
    def predict(self, X): return np.sign(X @ self.w - self.b)
"""
CALLED_LIKE = """
def residual(y, yhat): return y - yhat
def identity(n): return np.eye(n)
def neuron(x, w, b): return 1 / (1 + np.exp(-(np.dot(w, x) + b)))
def huber(r, d=1.0): return np.where(np.abs(r) <= d, 0.5 * r ** 2, d * (np.abs(r) - 0.5 * d))
def contrastive(z1, z2, t=0.5): return float(np.exp(z1 @ z2 / t))
def KL(rho, rho_hat): return rho * np.log(rho / rho_hat) + (1 - rho) * np.log((1-rho)/(1-rho_hat))
def kl_loss(mu, logvar): return -0.5 * np.sum(1 + logvar - mu ** 2 - np.exp(logvar))
def kl_loss_grad(mu, logvar): return mu, -0.5 * (1 - np.exp(logvar))
def metrics(y_pred, y):
    e = y_pred - y
    mse = np.mean(e ** 2)
    return mse, e
def objective_gradient(w, b, X, y):
    e = X @ w + b - y
    return X.T @ e ** 3 / len(y), np.mean(e ** 3)
def momentum(grad, x0, lr=0.1, beta=0.9, n=100):
    v, x = np.zeros_like(x0), x0
    for _ in range(n):
        v = beta * v + lr * grad(x)
        x = x - v
    return x
"""
IMPORT = "import numpy as np\n"
CASES = {
    "called-like": IMPORT + CALLED_LIKE,
    "of-two-methods": IMPORT + OF_TWO_METHODS,
    "of-one-word": IMPORT + OF_ONE_WORD, "goes-through": IMPORT + GOES_THROUGH,
    "activated": IMPORT + ACTIVATED, "bare-gradients": IMPORT + BARE_GRADIENTS,
    "last-layer": IMPORT + LAST_LAYER, "lazy": IMPORT + LAZY, "refusing": IMPORT + REFUSING,
    "of-layers": IMPORT + OF_LAYERS, "of-one-number": IMPORT + OF_ONE_NUMBER,
    "other-cache": IMPORT + OTHER_CACHE, "matrices": MATRICES, "several": IMPORT + SEVERAL,
    "flattened": IMPORT + FLATTENED, "linear-output": IMPORT + LINEAR_OUTPUT,
    "exponential-output": IMPORT + EXPONENTIAL_OUTPUT, "poisson-cost": IMPORT + POISSON_COST,
    "many-to-one": IMPORT + MANY_TO_ONE, "real-targets": IMPORT + REAL_TARGETS,
    "means-inside": IMPORT + MEANS_INSIDE,
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_failed(name: str, executor: Executor, tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text(CASES[name], encoding="utf-8")
    report: Report = grade(
        read_submission(path), None, options=Options(profile="quick"), executor=executor
    )
    assert [(c.id, c.names) for c in report.components if c.outcome == "failed"] == []
