import numpy as np

def multiclass_hinge(scores, labels):
    rows = np.arange(scores.shape[0])
    lead = scores - scores[rows, labels][:, None] + 1.0
    lead[rows, labels] = 0.0
    return np.maximum(lead, 0).sum(axis=1).mean()

def multiclass_hinge_grad(scores, labels):
    rows = np.arange(scores.shape[0])
    lead = scores - scores[rows, labels][:, None] + 1.0
    lead[rows, labels] = 0.0
    g = (lead > 0).astype(np.float64)
    g[rows, labels] = -g.sum(axis=1)
    return g
