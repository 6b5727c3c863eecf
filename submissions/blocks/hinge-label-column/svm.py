import numpy as np

def hinge_loss(scores, y):
    n = len(y)
    m = np.maximum(0, scores - scores[np.arange(n), y][:, None] + 1)
    m[np.arange(n), y] = 0
    loss = m.sum() / n
    grad = (m > 0).astype(float)
    grad[np.arange(n), y] = -1
    return loss, grad / n
