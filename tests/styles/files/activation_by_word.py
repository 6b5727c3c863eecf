"""One layer at a time, whose activation is a word; the backward takes Z and A_prev by name."""

import numpy as np


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def single_layer_forward_propagation(A_prev, W_curr, b_curr, activation="relu"):
    Z_curr = np.dot(W_curr, A_prev) + b_curr
    if activation == "relu":
        A_curr = np.maximum(0, Z_curr)
    elif activation == "sigmoid":
        A_curr = sigmoid(Z_curr)
    else:
        raise ValueError("unknown activation")
    return A_curr, Z_curr


def single_layer_backward_propagation(dA_curr, W_curr, b_curr, Z_curr, A_prev, activation="relu"):
    m = A_prev.shape[1]
    if activation == "relu":
        dZ_curr = np.array(dA_curr)
        dZ_curr[Z_curr <= 0] = 0
    elif activation == "sigmoid":
        dZ_curr = dA_curr * sigmoid(Z_curr) * (1 - sigmoid(Z_curr))
    else:
        raise ValueError("unknown activation")
    dW_curr = np.dot(dZ_curr, A_prev.T) / m
    db_curr = np.sum(dZ_curr, axis=1, keepdims=True) / m
    return np.dot(W_curr.T, dZ_curr), dW_curr, db_curr
