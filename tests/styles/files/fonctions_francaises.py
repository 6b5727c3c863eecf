"""Des noms avec accents : une fonction, sa dérivée, un coût."""

import numpy as np


def sigmoïde(z):
    return 1 / (1 + np.exp(-z))


def dérivée_sigmoïde(z):
    s = sigmoïde(z)
    return s * (1 - s)


def fonction_coût(w, b, X, y):
    p = sigmoïde(X @ w + b)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def dérivée_coût(w, b, X, y):
    erreur = (sigmoïde(X @ w + b) - y) / len(y)
    return X.T @ erreur, erreur.sum()
