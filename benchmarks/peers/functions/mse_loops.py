import numpy as np

def mse(pred, target):
    total = 0.0
    for p, t in zip(pred.ravel(), target.ravel()):
        total += (p - t) ** 2
    return total / pred.size

def mse_grad(pred, target):
    grad = np.zeros(pred.size)
    p, t = pred.ravel(), target.ravel()
    for k in range(len(grad)):
        grad[k] = 2 * (p[k] - t[k]) / len(grad)
    return grad.reshape(pred.shape)
