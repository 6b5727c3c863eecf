"""Steps with defaults: the rate is squared, and the velocity lost after each step."""

import numpy as np


def gradient_descent_step(w, dw, lr=0.01):
    return w - lr**2 * dw


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    config["last"] = v
    return w + v, config
