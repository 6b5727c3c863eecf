import numpy as np

def triplet_loss(a, p, n, alpha=0.5):
    dp = np.linalg.norm(a - p, axis=1)
    dn = np.linalg.norm(a - n, axis=1)
    return np.sum(np.maximum(0, dp - dn + alpha))

def triplet_loss_backward(a, p, n, alpha=0.5):
    dp = np.linalg.norm(a - p, axis=1, keepdims=True)
    dn = np.linalg.norm(a - n, axis=1, keepdims=True)
    on = (dp - dn + alpha > 0).astype(float)
    up = on * (a - p) / np.maximum(dp, 1e-12)
    un = on * (a - n) / np.maximum(dn, 1e-12)
    return up - un, -up, un
