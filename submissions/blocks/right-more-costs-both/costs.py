import numpy as np

def smooth_l1(pred, target):
    diff = pred - target
    a = np.abs(diff)
    loss = np.where(a < 1, 0.5 * diff ** 2, a - 0.5).sum()
    return loss, np.where(a < 1, diff, np.sign(diff))

def squared_hinge_loss(scores, y):
    h = np.maximum(0, 1 - y * scores)
    return np.sum(h * h), -2 * y * h

def kl_loss(pred, target, eps=1e-12):
    p = np.clip(target, eps, 1)
    q = np.clip(pred, eps, 1)
    return np.sum(p * (np.log(p) - np.log(q))), -p / q

def negative_log_likelihood(log_p, one_hot):
    n = log_p.shape[0]
    return -np.sum(one_hot * log_p) / n, -one_hot / n

def contrastive(x1, x2, y, margin=1.0):
    n = x1.shape[0]
    diff = x1 - x2
    d = np.sqrt((diff ** 2).sum(axis=1))
    gap = np.maximum(margin - d, 0)
    loss = ((1 - y) * d ** 2 + y * gap ** 2).sum() / (2 * n)
    dd = ((1 - y) * d - y * gap) / n
    dx1 = (dd / d)[:, np.newaxis] * diff
    return loss, (dx1, -dx1)

def triplet(a, p, n):
    dp = np.linalg.norm(a - p, axis=1)
    dn = np.linalg.norm(a - n, axis=1)
    h = dp - dn + 0.5
    mask = (h > 0).astype(float)[:, None] / len(a)
    gp = mask * (a - p) / dp[:, None]
    gn = mask * (a - n) / dn[:, None]
    return np.maximum(h, 0).mean(), (gp - gn, -gp, gn)

def l1_reg(W, reg=0.01):
    return reg * np.abs(W).sum(), reg * np.where(W >= 0, 1.0, -1.0)

def l2_reg(W, reg):
    return reg * np.sum(W * W), 2 * reg * W

def l2_svm_loss(x, y, delta=1.0):
    n = x.shape[0]
    correct = x[np.arange(n), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + delta)
    margins[np.arange(n), y] = 0
    loss = np.sum(margins ** 2) / n
    dx = 2 * margins
    dx[np.arange(n), y] -= 2 * margins.sum(axis=1)
    return loss, dx / n
