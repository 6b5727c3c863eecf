import numpy as np

def bce_with_logits(logits, targets):
    return np.mean(np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits))))

def bce_with_logits_backward(logits, targets):
    return (1 / (1 + np.exp(-logits)) - targets) / len(targets)
