"""Costs that nobody has a reference of, each with its gradients: masked steps, pairs, factors."""

import numpy as np


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    flat, labels, weight = x.reshape(N * T, V), y.reshape(N * T), mask.reshape(N * T)
    p = np.exp(flat - flat.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(N * T)
    loss = -np.sum(weight * np.log(p[rows, labels])) / N
    p[rows, labels] -= 1
    dx = p * weight[:, None] / N
    return loss, dx.reshape(N, T, V)


def smoothed_cross_entropy(logits, y):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    target = np.full_like(p, 0.1 / p.shape[1])
    target[np.arange(len(y)), y] += 0.9
    return -np.sum(target * np.log(p)) / len(y), (p - target) / len(y)


def negative_sampling_loss(v_c, u_o, U_k):
    right, wrong = 1 / (1 + np.exp(-u_o @ v_c)), 1 / (1 + np.exp(-U_k @ v_c))
    loss = -np.log(right) - np.sum(np.log(1 - wrong))
    d_vc = (right - 1) * u_o + wrong @ U_k
    return loss, (d_vc, (right - 1) * v_c, np.outer(wrong, v_c))


def factorisation_loss(R, mask, P, Q, lam):
    E = mask * (R - P @ Q.T)
    loss = np.sum(E ** 2) + lam * (np.sum(P ** 2) + np.sum(Q ** 2))
    dP = -2 * E @ Q + 2 * lam * P
    dQ = -2 * E.T @ P + 2 * lam * Q
    return loss, dP, dQ
