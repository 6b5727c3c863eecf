import numpy as np

def huber_loss(y_true, y_pred, delta=0.5):
    error = y_true - y_pred
    small = np.abs(error) <= delta
    return np.mean(np.where(small, 0.5 * error ** 2, delta * (np.abs(error) - 0.5 * delta)))

def huber_loss_grad(y_true, y_pred, delta=0.5):
    error = y_true - y_pred
    return np.where(np.abs(error) <= delta, error, delta * np.sign(error)) / error.size

def squared_hinge(y_true, y_pred):
    return np.mean(np.maximum(0, 1 - y_true * y_pred) ** 2)

def squared_hinge_grad(y_true, y_pred):
    return 2 * y_true * np.maximum(0, 1 - y_true * y_pred) / y_pred.size

def kl_divergence(p, q):
    return np.sum(p * np.log(p / q))

def kl_divergence_grad(p, q):
    return p / q

def nll_loss(log_probs, labels):
    return -np.mean(log_probs[np.arange(len(labels)), labels])

def nll_loss_grad(log_probs, labels):
    grad = np.zeros_like(log_probs)
    grad[np.arange(len(labels)), labels] = -1 / np.exp(log_probs[np.arange(len(labels)), labels])
    return grad / len(labels)

def contrastive_loss(d, y, margin=1.0):
    return np.mean(y * d ** 2 + (1 - y) * np.maximum(0, margin - d) ** 2)

def contrastive_loss_grad(d, y, margin=1.0):
    return (2 * y * d + 2 * (1 - y) * np.maximum(0, margin - d)) / len(d)

def triplet_loss(anchor, positive, negative, alpha=0.2):
    pos = np.sum((anchor - positive) ** 2, axis=1)
    neg = np.sum((anchor - negative) ** 2, axis=1)
    return np.sum(np.maximum(pos - neg + alpha, 0))

def triplet_loss_grad(anchor, positive, negative, alpha=0.2):
    pos = np.sum((anchor - positive) ** 2, axis=1)
    neg = np.sum((anchor - negative) ** 2, axis=1)
    on = (pos - neg + alpha > 0)[:, None]
    return (2 * on * (negative - positive), 2 * on * (positive - anchor),
            2 * on * (negative - anchor))

def l1_penalty(w, lam):
    return lam * np.sum(np.abs(w))

def l1_penalty_grad(w, lam):
    return lam * np.ones_like(w)

def l2_penalty(w, lam):
    return lam * np.sum(w ** 2)

def l2_penalty_grad(w, lam):
    return lam * w

def l2_svm_loss(x, y, delta=1.0):
    n = x.shape[0]
    correct = x[np.arange(n), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + delta)
    margins[np.arange(n), y] = 0
    loss = np.sum(margins ** 2) / n
    dx = 2 * margins
    dx[np.arange(n), y] -= np.sum(margins > 0, axis=1)
    return loss, dx / n
