import numpy as np
def adam(w, dw, config=None):
    if config is None: config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    b1, b2 = config["beta1"], config["beta2"]
    config["m"] = b1 * config["m"] + (1 - b1) * dw
    config["v"] = b2 * config["v"] + (1 - b2) * dw * dw
    return w - config["learning_rate"] * config["m"] / (np.sqrt(config["v"]) + config["epsilon"]), config
def rmsprop(w, dw, config=None):
    cache = np.zeros_like(w)
    cache = 0.99 * cache + 0.01 * dw ** 2
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + 1e-8), config
def momentum(w, dw, v, lr=0.1, beta=0.9):
    v = beta * v - lr * dw
    return w - v, v
class AdaGrad:
    def __init__(self, lr=0.01):
        self.lr = lr
        self.h = None
    def update(self, params, grads):
        if self.h is None:
            self.h = {k: np.zeros_like(v) for k, v in params.items()}
        for key in params.keys():
            self.h[key] += grads[key] * grads[key]
            params[key] -= self.lr * grads[key] / (self.h[key] + 1e-7)
def nesterov_momentum(w, dw, v, lr, mu):
    v = mu * v - lr * dw
    return w + v, v
def adamw(w, dw, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    dw = dw + weight_decay * w
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw ** 2
    mh = m / (1 - beta1 ** t); vh = v / (1 - beta2 ** t)
    return w - lr * mh / (np.sqrt(vh) + eps), m, v
def clip_grad_norm(grad, max_norm):
    n = np.linalg.norm(grad)
    return grad * (max_norm / n)
def lr_decay(lr0, epoch, decay_rate):
    return lr0 / (1 + decay_rate) * epoch
