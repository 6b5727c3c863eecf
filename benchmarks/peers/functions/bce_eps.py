import numpy as np

EPS = 1e-12

def binary_cross_entropy(p, y):
    return -np.mean(y * np.log(p + EPS) + (1 - y) * np.log(1 - p + EPS))

def binary_cross_entropy_grad(p, y):
    return (-y / (p + EPS) + (1 - y) / (1 - p + EPS)) / p.size
