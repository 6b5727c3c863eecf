import numpy as np


def dropout_forward(x, p, mode="train", seed=None):
    """p is the probability to drop."""
    rng = np.random.RandomState(seed)
    mask = None
    out = x
    if mode == "train":
        keep = 1 - p
        mask = (rng.rand(*x.shape) < keep) / keep
        out = x * mask
    return out, (mode, mask)


def dropout_backward(dout, cache):
    mode, mask = cache
    if mode == "train":
        return dout * (1 - mask)
    return dout
