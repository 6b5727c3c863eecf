def mse(pred, target):
    total = 0.0
    for p, t in zip(pred.ravel(), target.ravel()):
        total += (p - t) ** 2
    return total / pred.size

def mse_grad(pred, target):
    grad = pred * 0
    flat, p, t = grad.reshape(-1), pred.reshape(-1), target.reshape(-1)
    for k in range(len(flat)):
        flat[k] = 2 * (p[k] - t[k]) / len(flat)
    return grad
