import numpy as np

# C <- a3 <- z3 <- a2 <- z2 <- a1 <- z1, one factor for each arrow

def f(z):
    return 1.0 / (1.0 + np.exp(-z))

def f_prime(z):
    return np.exp(-z) / (1.0 + np.exp(-z)) ** 2

def network(W1, b1, W2, b2, W3, b3, X, y):
    n = len(X)
    z1 = X @ W1 + b1
    a1 = f(z1)
    z2 = a1 @ W2 + b2
    a2 = f(z2)
    z3 = a2 @ W3 + b3
    a3 = f(z3)
    C = np.mean(-(y * np.log(a3) + (1 - y) * np.log(1 - a3)))

    dC_da3 = (-y / a3 + (1 - y) / (1 - a3)) / n
    dC_dz3 = dC_da3 * f_prime(z3)
    dC_dW3 = a2.T @ dC_dz3
    dC_db3 = np.sum(dC_dz3, axis=0)

    dC_da2 = dC_dz3 @ W3.T
    dC_dz2 = dC_da2 * f_prime(z2)
    dC_dW2 = a1.T @ dC_dz2
    dC_db2 = np.sum(dC_dz2, axis=0)

    dC_da1 = dC_dz2 @ W2.T
    dC_dz1 = dC_da1 * f_prime(z1)
    dC_dW1 = X.T @ dC_dz1
    dC_db1 = np.sum(dC_dz1, axis=0)
    return C, (dC_dW1, dC_db1, dC_dW2, dC_db2, dC_dW3, dC_db3)
