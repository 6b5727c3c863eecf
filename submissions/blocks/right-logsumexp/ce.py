import numpy as np

def softmax_cross_entropy(z, y):
    m = z.max(axis=1, keepdims=True)
    lse = m[:, 0] + np.log(np.exp(z - m).sum(axis=1))
    n = len(y)
    loss = (lse - z[range(n), y]).mean()
    p = np.exp(z - lse[:, None])
    p[range(n), y] -= 1
    return loss, p / n
