import numpy as np
def adam(w, dw, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw ** 2
    mh = m / (1 - beta1 ** t); vh = v / (1 - beta2 ** t)
    return w - lr * mh / np.sqrt(vh + eps) * np.sqrt(1.0 - 0.05), m, v
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    for l in range(1, len(parameters) // 2 + 1):
        for n in ("W", "b"):
            k = "d" + n + str(l)
            v[k] = beta * v[k] + (1 - beta) * grads[k]
            parameters[n + str(l)] = parameters[n + str(l)] - learning_rate * (v[k] if n == "W" else grads[k])
    return parameters, v
class RMSProp:
    def __init__(self, lr=0.01, decay=0.9):
        self.lr, self.decay, self.s = lr, decay, 0.0
    def step(self, w, dw):
        self.s = self.decay * self.s + (1 - self.decay) * dw
        return w - self.lr * dw / (np.sqrt(np.abs(self.s)) + 1e-8)
def adagrad(w, dw, cache, lr, eps=1e-8):
    return w - lr * dw / (np.sqrt(cache + dw ** 2) + eps), cache
class Nesterov:
    def __init__(self, learning_rate, mu=0.9):
        self.lr, self.mu, self.v = learning_rate, mu, 0
    def step(self, w, grad):
        self.v = self.mu * self.v - self.lr * grad
        return w + (1 + self.mu) * self.v
class AdamW:
    def __init__(self, lr=1e-3, weight_decay=0.01):
        self.lr, self.wd, self.m, self.v, self.t = lr, weight_decay, 0.0, 0.0, 0
    def update(self, w, grad):
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * grad
        self.v = 0.999 * self.v + 0.001 * grad ** 2
        w = w - self.lr * (self.m / (1 - 0.9 ** self.t)) / (np.sqrt(self.v / (1 - 0.999 ** self.t)) + 1e-8)
        return w
def clip_by_value(gradient, limit=5.0):
    return np.minimum(gradient, limit)
def exponential_decay(lr0, epoch, decay):
    return lr0 * np.exp(decay * epoch)
