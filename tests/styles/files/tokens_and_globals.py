"""A script that learns to write: its weights are variables of the module."""

import numpy as np

text = open("corpus.txt").read()
letters = sorted(set(text))
vocab_size = len(letters)
hidden_size = 64
Wxh = np.random.randn(hidden_size, vocab_size) * 0.01
Whh = np.random.randn(hidden_size, hidden_size) * 0.01
Why = np.random.randn(vocab_size, hidden_size) * 0.01
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def loss_function(inputs, targets, hprev):
    states, guesses, loss = {-1: hprev}, {}, 0.0
    for t, token in enumerate(inputs):
        column = np.zeros((vocab_size, 1))
        column[token] = 1
        states[t] = np.tanh(Wxh @ column + Whh @ states[t - 1] + bh)
        scores = np.exp(Why @ states[t] + by)
        guesses[t] = scores / scores.sum()
        loss -= np.log(guesses[t][targets[t], 0])
    dWxh, dWhh, dWhy = (np.zeros_like(W) for W in (Wxh, Whh, Why))
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    later = np.zeros((hidden_size, 1))
    for t in range(len(inputs) - 1, -1, -1):
        error = guesses[t].copy()
        error[targets[t]] -= 1
        dWhy += error @ states[t].T
        dby += error
        raw = (Why.T @ error + later) * (1 - states[t] ** 2)
        dWxh[:, inputs[t]] += raw[:, 0]
        dWhh += raw @ states[t - 1].T
        dbh += raw
        later = Whh.T @ raw
    for d in (dWxh, dWhh, dWhy, dbh, dby):
        np.clip(d, -5, 5, out=d)
    return loss, dWxh, dWhh, dWhy, dbh, dby, states[len(inputs) - 1]
