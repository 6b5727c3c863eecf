"""Three layers written out, every array handed from function to function."""

import numpy as np


def relu(Z):
    return np.maximum(Z, 0)


def relu_derivative(Z):
    return Z > 0


def forward_prop(W1, b1, W2, b2, W3, b3, X):
    Z1 = W1.dot(X) + b1
    A1 = relu(Z1)
    Z2 = W2.dot(A1) + b2
    A2 = relu(Z2)
    Z3 = W3.dot(A2) + b3
    E = np.exp(Z3 - np.max(Z3, axis=0))
    return Z1, A1, Z2, A2, Z3, E / sum(E)


def get_loss(A3, Y):
    return -np.mean(np.log(A3[Y, np.arange(Y.size)]))


def back_prop(Z1, A1, Z2, A2, Z3, A3, W1, W2, W3, X, Y):
    m = Y.size
    dZ3 = A3.copy()
    dZ3[Y, np.arange(m)] -= 1
    dW3 = dZ3.dot(A2.T) / m
    db3 = dZ3.sum(axis=1, keepdims=True) / m
    dZ2 = W3.T.dot(dZ3) * relu_derivative(Z2)
    dW2 = dZ2.dot(A1.T) / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = W2.T.dot(dZ2) * relu_derivative(Z1)
    dW1 = dZ1.dot(X.T) / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return dW1, db1, dW2, db2, dW3, db3
