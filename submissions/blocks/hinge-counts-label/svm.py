import numpy as np

def svm_loss(x, y):
    n = x.shape[0]
    margins = np.maximum(0, x - x[range(n), y].reshape(-1, 1) + 1)
    loss = margins.sum() / n
    dx = (margins > 0) * 1.0
    dx[range(n), y] = 0
    dx[range(n), y] = -dx.sum(axis=1)
    return loss, dx / n
