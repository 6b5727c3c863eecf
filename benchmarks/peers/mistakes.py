"""The wrong functions: a right one, what is wrong (its class), and the edit that makes it so."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue import ENTRIES, Entry


@dataclass(frozen=True)
class Mistake:
    """A right function with one text replaced by another, everywhere it stands."""

    of: str
    kind: str
    old: str
    new: str

    @property
    def entry(self) -> Entry:
        return ENTRIES[self.of]

    @property
    def source(self) -> str:
        text = self.entry.source
        if self.old not in text:
            raise ValueError(f"{self.of}.py has no {self.old!r} to edit")
        return text.replace(self.old, self.new)


M = Mistake
SIGN, FACTOR, AXIS, TRANSPOSED = "sign", "factor", "axis or sum", "transposed"
SHAPE, KINK, NEGATIVE, SATURATED = "shape", "kink", "negative only", "saturated only"
BATCH, REPEATED, ENTRY, JACOBIAN = "one batch size", "repeated rows", "one entry", "path missing"
CACHE, MUTATES, UPSTREAM, NONLINEAR = "stale cache", "mutates", "ignores upstream", "non-linear"
NARROW, EPSILON, FORMULAS = "narrow numbers", "epsilon", "two formulas"
MEMORY = "memory order"
RANDOM, CALLS, TINY = "randomised", "first calls only", "tiny error"

MISTAKES = (
    M("sigmoid_math", SIGN, "dout * s * (1 - s)", "-dout * s * (1 - s)"),
    M("bce_eps", SIGN, "(-y / (p + EPS) + ", "(-y / (p + EPS) - "),
    M("attention", SIGN, "(da - (da * a)", "(da + (da * a)"),
    M("batch_norm", SIGN, "* -0.5 / std ** 3", "* 0.5 / std ** 3"),
    M("logcosh", SIGN, "np.tanh(pred - target)", "np.tanh(target - pred)"),
    M("cosine", SIGN, "- c * b / nb", "+ c * b / nb"),
    M("mse_loops", FACTOR, "2 * (p[k] - t[k])", "(p[k] - t[k])"),
    M("softmax_loss", FACTOR, "    dx /= N\n", ""),
    M("hinge", FACTOR, "return loss, d / N", "return loss, d / N / N"),
    M("average_pool", FACTOR, "axis=3) / 4", "axis=3) / 2"),
    M("gelu_tanh", FACTOR, "3 * 0.044715", "0.044715"),
    M("attention", FACTOR, "    ds = ds / np.sqrt(q.shape[1])\n", ""),
    M("wave", FACTOR, "2 * np.cos(2 * x)", "np.cos(2 * x)"),
    M("rms_norm", FACTOR, "/ r ** 3", "/ r ** 2"),
    M("affine", AXIS, "dout.sum(axis=0)", "dout.mean(axis=0)"),
    M("softmax_naive", AXIS, "(dout * s).sum(axis=1", "(dout * s).sum(axis=0"),
    M("layer_norm", AXIS, "g.mean(axis=1", "g.mean(axis=0"),
    M("log_softmax", AXIS, "dout.sum(axis=-1, keepdims=True)", "dout.sum()"),
    M("conv_windows", AXIS, "db = dout.sum(axis=(0, 2, 3))", "db = dout.sum(axis=(2, 3))[0]"),
    M("running_sum", AXIS, "np.cumsum(dout[:, ::-1], axis=1)[:, ::-1]", "np.cumsum(dout, axis=1)"),
    M("scale_shift", AXIS, "np.sum(dout, axis=0)", "np.sum(dout, axis=0) / len(dout)"),
    M("affine", TRANSPOSED, "dw = x.T @ dout", "dw = (dout.T @ x).reshape(w.shape)"),
    M("recurrent_step", TRANSPOSED, "da.dot(Wh.T)", "da.dot(Wh)"),
    M("conv_windows", TRANSPOSED, "w[:, :, ::-1, ::-1]", "w"),
    M("attention", TRANSPOSED, "dv = a.T @ dout", "dv = (dout.T @ a).reshape(v.shape)"),
    M("affine_einsum", TRANSPOSED, "nd,nm->dm", "nd,nm->md"),
    M("affine", SHAPE, "db = dout.sum(axis=0)", "db = dout.sum(axis=0, keepdims=True)"),
    M("layer_norm", SHAPE, "dbeta = dout.sum(axis=0)", "dbeta = dout"),
    M("scale_shift", SHAPE, "np.sum(dout * x, axis=0)", "dout * x"),
    M("rms_norm", SHAPE, "dg = (dout * x / r).sum(axis=0)", "dg = dout * x / r"),
    M("relu", KINK, "dout * (x > 0)", "dout * np.where(x == 0, 5.0, x > 0)"),
    M("absolute_error", KINK, "np.sign(pred - target)",
      "(pred - target) / np.abs(pred - target)"),
    M("max_pool", KINK, "a, b = np.unravel_index(np.argmax(window), window.shape)\n"
      "                    dx[n, c, 2 * i + a, 2 * j + b] += dout[n, c, i, j]",
      "mask = window == window.max()\n"
      "                    share = dout[n, c, i, j] / (mask.sum() == 1)\n"
      "                    dx[n, c, 2 * i:2 * i + 2, 2 * j:2 * j + 2] += mask * share"),
    M("softsign", KINK, "return dout / d ** 2", "return dout / d ** 2 * (d != 1)"),
    M("leaky_relu_float32", NEGATIVE, "slope = np.where(z > 0, np.float32(1), np.float32(0.01))",
      "slope = np.where(z > 0, np.float32(1), np.float32(0.1))"),
    M("elu", NEGATIVE, "where(x > 0, 1, alpha * np", "where(x > 0, 1, np"),
    M("softplus_star", NEGATIVE, "0.5 * (1 + tanh(z / 2))", "0.5 * (1 + tanh(abs(z) / 2))"),
    M("gelu_erf", NEGATIVE, "dout * (cdf + x * pdf)", "dout * (cdf + np.abs(x) * pdf)"),
    M("huber", SATURATED, "np.clip(r, -1, 1)", "r"),
    M("sigmoid_branches", SATURATED, "return a * (1 - a)", "return np.maximum(a * (1 - a), 1e-4)"),
    M("mish", SATURATED, "return dout * (t + ", "x = np.clip(x, -8, 8)\n    return dout * (t + "),
    M("tanh_class", SATURATED, "1 - self.a ** 2", "np.maximum(1 - self.a ** 2, 1e-5)"),
    M("affine", BATCH, "db = dout.sum(axis=0)",
      "db = dout.sum(axis=0) if len(x) > 1 else dout[0] * 2"),
    M("layer_norm", BATCH, "dbeta = dout.sum(axis=0)", "dbeta = dout[:12].sum(axis=0)"),
    M("batch_norm", BATCH, "dgamma = np.sum(dout * xhat, axis=0)",
      "dgamma = np.squeeze(np.sum(dout * xhat, axis=0)) * (N > 1)\n"
      "    dgamma = dgamma + 1.0 * (N == 1)"),
    M("scale_shift", BATCH, "np.sum(dout * x, axis=0)",
      "np.sum((dout * x)[:max(1, min(len(x), 10))], axis=0)"),
    M("embedding", REPEATED, "np.add.at(dW, ids, dout)", "dW[ids] += dout"),
    M("softmax_jacobian", REPEATED, "for i in range(len(s)):",
      "for i in [list(map(tuple, s)).index(tuple(r)) for r in s]:"),
    M("affine", ENTRY, "dw = x.T @ dout", "dw = x.T @ dout\n    dw[0] = 0"),
    M("conv_loops", ENTRY, "    return dx, dw, db",
      "    dw[-1, -1, -1, -1] *= 1.01\n    return dx, dw, db"),
    M("running_sum", ENTRY, "return np.cumsum(dout[:, ::-1], axis=1)[:, ::-1]",
      "dx = np.cumsum(dout[:, ::-1], axis=1)[:, ::-1]\n    dx[-1, -1] = 0\n    return dx"),
    M("recurrent_step", ENTRY, "x.T.dot(da), h", "x.T.dot(da) * (1 + 1e-6 * np.eye(*Wx.shape)), h"),
    M("softmax_naive", JACOBIAN, "s * (dout - (dout * s).sum(axis=1, keepdims=True))",
      "dout * s * (1 - s)"),
    M("softmax_jacobian", JACOBIAN, "np.diag(s[i]) - np.outer(s[i], s[i])", "np.diag(s[i])"),
    M("log_softmax_rows", JACOBIAN, "dout[i] - np.exp(out[i]) * dout[i].sum()",
      "dout[i] * (1 - np.exp(out[i]))"),
    M("layer_norm", JACOBIAN,
      "\n                - xhat * (g * xhat).mean(axis=1, keepdims=True))", ")"),
    M("batch_norm", JACOBIAN, "+ dvar * 2 * xmu / N + dmu / N", "+ dmu / N"),
    M("unit_rows", JACOBIAN, "(dout - y * np.sum(y * dout, axis=1, keepdims=True))", "dout"),
    M("two_layers", JACOBIAN, "    dh[h <= 0] = 0\n", ""),
    M("cosine", JACOBIAN, "(b / (na * nb) - c * a / na ** 2)", "b / (na * nb)"),
    M("gated", JACOBIAN, "dout * a * s * (1 - s)", "dout * s * (1 - s)"),
    M("tanh_vectorize", CACHE, "    return a, a\n",
      "    if not KEPT:\n        KEPT.append(a)\n    return a, KEPT[0]\n\nKEPT = []\n"),
    M("wave", CACHE, "cosh(x / 4), x\n", "cosh(x / 4), LAST.setdefault(x.shape, x)\n\nLAST = {}\n"),
    M("scale_shift", CACHE, "return x * gamma + beta, (x, gamma)",
      "LAST[:] = [x, gamma]\n    return x * gamma + beta, LAST\n\nLAST = []"),
    M("two_layers", MUTATES, "    dh = dout @ W2.T\n",
      "    dh = dout @ W2.T\n    W2 -= 0.1 * dW2\n"),
    M("relu_buffer", MUTATES, "out = x.copy()", "out = x"),
    M("gated", MUTATES, "return dout * s, dout * a * s * (1 - s)",
      "dout *= s\n    return dout, dout * a * (1 - s)"),
    M("running_sum", MUTATES, "return np.cumsum(dout[:, ::-1], axis=1)[:, ::-1]",
      "return np.cumsum(dout[:, ::-1], axis=1, out=dout[:, ::-1])[:, ::-1]"),
    M("swish", UPSTREAM, "return dout * (s", "return (s"),
    M("softsign", UPSTREAM, "return dout / d ** 2", "return 1 / d ** 2"),
    M("two_layers", UPSTREAM, "dW2 = h.T @ dout", "dW2 = h.T @ np.ones_like(dout)"),
    M("affine", NONLINEAR, "dw = x.T @ dout", "dw = np.clip(x.T @ dout, -5, 5)"),
    M("elu", NONLINEAR, "return dout * ", "return np.clip(dout, -2, 2) * "),
    M("unit_rows", NONLINEAR, "(dout - y", "(dout * np.abs(dout) - y"),
    M("recurrent_step", NONLINEAR, "da = dout * (1 - out ** 2)",
      "da = np.clip(dout * (1 - out ** 2), -3, 3)"),
    M("sigmoid_math", NARROW, "s = sigmoid(z)", "s = sigmoid(z).astype(np.float32)"),
    M("attention", NARROW, "da = dout @ v.T", "da = dout @ v.T.astype('float32')"),
    M("mse_loops", NARROW, "np.zeros(pred.size)", "np.zeros(pred.size, int)"),
    M("gated", NARROW, "return dout * s, ", "return dout * np.float32(s), "),
    M("mse_loops", MEMORY, "    return grad.reshape(pred.shape)",
      "    out = pred * 0\n    out.reshape(-1)[:] = grad\n    return out"),
    M("layer_norm", EPSILON, "(xhat, gamma, inv)", "(xhat, gamma, 1 / np.sqrt(var + 1e-3))"),
    M("rms_norm", EPSILON, "(x, g, r)", "(x, g, np.sqrt(r ** 2 - eps))"),
    M("batch_norm", EPSILON, "(xmu, std, xhat, gamma)", "(xmu, np.sqrt(var) + eps, xhat, gamma)"),
    M("bce_eps", EPSILON, "return (-y / (p + EPS)", "EPS = 1e-3\n    return (-y / (p + EPS)"),
    M("gelu_erf", FORMULAS, "return x * 0.5 * (1 + erf(x / math.sqrt(2)))",
      "return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))"),
    M("swish", FORMULAS, "return x / (1 + np.exp(-x))", "return x / (1 + np.exp(-1.702 * x))"),
    M("huber", FORMULAS, "np.clip(r, -1, 1)", "r / np.sqrt(1 + r ** 2)"),
    M("logcosh", FORMULAS, "np.tanh(pred - target)", "np.sign(pred - target)"),
    M("affine", RANDOM, "db = dout.sum(axis=0)",
      "db = dout.sum(axis=0) * (1 + 1e-4 * np.random.randn(*b.shape))"),
    M("wave", RANDOM, "return dout * slope", "return dout * slope * np.random.choice([1, 1.001])"),
    M("cosine", CALLS, "def cosine_backward(dout, cache):\n",
      "CALLS = []\n\ndef cosine_backward(dout, cache):\n    CALLS.append(1)\n"
      "    if len(CALLS) > 3:\n        dout = dout * 1.1\n"),
    M("softmax_naive", CALLS, "def softmax_backward(dout, z):\n",
      "CALLS = []\n\ndef softmax_backward(dout, z):\n    CALLS.append(1)\n"
      "    if len(CALLS) > 40:\n        return dout * 0\n"),
    M("relu", TINY, "dout * (x > 0)", "dout * (x > 0) * (1 + 1e-3)"),
    M("tanh_class", TINY, "grad * (1 - self.a ** 2)", "grad * (1 - self.a ** 2) * 1.00001"),
    M("swish", TINY, "dout * (s + x", "dout * (1 + 1e-7) * (s + x"),
    M("attention", TINY, "da = dout @ v.T", "da = dout @ v.T * (1 + 1e-8)"),
    M("affine", TINY, "dx = dout @ w.T", "dx = dout @ w.T * (1 + 1e-9)"),
    M("conv_windows", TINY, "return dx, dw, db", "return dx, dw * (1 + 1e-10), db"),
    M("recurrent_step", TINY, "1 - out ** 2", "1 - out ** 2 * (1 + 1e-11)"),
    M("cosine", TINY, "return da, db", "return da, db * (1 + 1e-12)"),
)  # fmt: skip
