import numpy as np

def hinge_loss(scores, y):
    N = scores.shape[0]
    right = scores[np.arange(N), y][:, None]
    margins = np.maximum(0, scores - right + 1)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N
    d = (margins > 0).astype(float)
    d[np.arange(N), y] -= d.sum(axis=1)
    return loss, d / N
