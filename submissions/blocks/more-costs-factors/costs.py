import numpy as np

def huber(pred, target, delta=0.5):
    e = pred - target
    small = np.abs(e) <= delta
    loss = np.where(small, 0.5 * e ** 2, delta * (np.abs(e) - 0.5 * delta)).mean()
    return loss, np.where(small, e, np.sign(e)) / e.size

def squared_hinge(scores, y):
    h = np.maximum(0, 1 - y * scores)
    return np.mean(h ** 2), -2 * y * (h > 0) / scores.size

def kl_divergence(pred, target):
    n = len(pred)
    return np.sum(target * np.log(target / pred)) / n, (pred - target) / n

def nll(log_p, labels):
    n = len(labels)
    grad = np.exp(log_p)
    grad[np.arange(n), labels] -= 1
    return -np.mean(log_p[np.arange(n), labels]), grad / n

def contrastive(x1, x2, y, margin=1.0):
    n = x1.shape[0]
    diff = x1 - x2
    d = np.sqrt((diff ** 2).sum(axis=1))
    gap = np.maximum(margin - d, 0)
    loss = (y * d ** 2 + (1 - y) * gap ** 2).sum() / n
    dd = 2 * (y * d - (1 - y) * gap) / n
    dx1 = dd[:, np.newaxis] * diff
    return loss, (dx1, -dx1)

def triplet(a, p, n, margin=1.0):
    m = ((a - p) ** 2).sum(axis=1) - ((a - n) ** 2).sum(axis=1) + margin
    k = len(a)
    return np.maximum(m, 0).mean(), (2 * (n - p) / k, 2 * (p - a) / k, 2 * (a - n) / k)

def l1_reg(W, reg=0.1):
    return reg * np.abs(W).sum(), np.sign(W)

def l2_reg(W, reg):
    return reg / 2 * np.sum(W * W), 2 * reg * W

def l2_svm_loss(x, y, delta=1.0):
    n = x.shape[0]
    correct = x[np.arange(n), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + delta)
    margins[np.arange(n), y] = 0
    loss = np.sum(margins ** 2) / n
    dx = (margins > 0).astype(float)
    dx[np.arange(n), y] -= dx.sum(axis=1)
    return loss, dx / n
