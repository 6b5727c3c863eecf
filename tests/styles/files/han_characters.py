import numpy as np

def 预测(X, w, b):
    return np.dot(X, w) + b

def 损失(X, w, b, y):
    """均方误差"""
    return np.mean((预测(X, w, b) - y) ** 2)

def 梯度(X, w, b, y):
    n = X.shape[0]
    误差 = 预测(X, w, b) - y
    dw = 2 * np.dot(X.T, 误差) / n
    db = 2 * np.sum(误差) / n
    return dw, db
