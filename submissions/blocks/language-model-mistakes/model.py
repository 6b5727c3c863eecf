import numpy as np

hidden_size, vocab_size = 6, 9
Wxh = np.random.randn(hidden_size, vocab_size) * 0.1
Whh = np.random.randn(hidden_size, hidden_size) * 0.1
Why = np.random.randn(vocab_size, hidden_size) * 0.1
bh = np.zeros((hidden_size, 1))
by = np.zeros((vocab_size, 1))


def lossFun(inputs, targets, hprev):
    hs, ps, loss = {-1: hprev}, {}, 0
    for t in range(len(inputs)):
        hs[t] = np.tanh(Wxh[:, [inputs[t]]] + Whh @ hs[t - 1] + bh)
        ps[t] = np.exp(Why @ hs[t] + by)
        ps[t] /= ps[t].sum()
        loss -= np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        raw = (Why.T @ dy + dhnext) * (1 - hs[t] ** 2)
        dbh += raw
        dWxh[:, [inputs[t]]] += raw
        dWhh += raw @ hs[t - 1].T
        dhnext = np.zeros_like(raw)
    return loss, dWxh, dWhh, dWhy, dbh, dby


def rnn_loss(inputs, targets, hprev):
    hs, ps, loss = {-1: hprev}, {}, 0
    for t in range(len(inputs)):
        hs[t] = np.tanh(Wxh[:, [inputs[t]]] + Whh @ hs[t - 1] + bh)
        ps[t] = np.exp(Why @ hs[t] + by)
        ps[t] /= ps[t].sum()
        loss -= np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        raw = (Why.T @ dy + dhnext) * (1 - hs[t] ** 2)
        dbh += raw
        dWxh[:, [inputs[t]]] += raw
        dWhh += raw @ hs[t].T
        dhnext = Whh.T @ raw
    return loss, dWxh, dWhh, dWhy, dbh, dby
