import numpy as np

def forward(params, X):
    a = [X]
    for k in "123":
        z = a[-1] @ params["W" + k] + params["b" + k]
        a.append(0.5 + 0.5 * np.tanh(z / 2))
    return a

def cost(params, X, y):
    p = forward(params, X)[-1]
    return -np.average(np.where(y > 0.5, np.log(p), np.log(1 - p)))

def cost_gradient(params, X, y):
    a = forward(params, X)
    d = (a[3] - y) / y.size
    g = {}
    for k in (3, 2, 1):
        g["W%d" % k], g["b%d" % k] = a[k - 1].T.dot(d), d.sum(axis=0)
        d = d.dot(params["W%d" % k].T) * (a[k - 1] - a[k - 1] ** 2)
    return g
