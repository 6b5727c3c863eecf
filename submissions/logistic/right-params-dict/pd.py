import numpy as np

def logreg_loss(params, X, y):
    s = X @ params["w"] + params["b"]
    p = np.reciprocal(1 + np.exp(-s))
    loss = -np.mean(np.log(np.where(y == 1, p, 1 - p)))
    g = (p - y) / y.shape[0]
    return loss, {"w": g @ X, "b": g.sum()}
