"""Derivatives that take nothing: they use what the value's call has left in the object."""

import numpy as np


class Logistic:
    def forward(self, z):
        self.a = 1.0 / (1.0 + np.exp(-z))
        return self.a

    def derivative(self):
        return self.a * (1.0 - self.a)


class SoftmaxCrossEntropy:
    def __call__(self, logits, onehot):
        return self.forward(logits, onehot)

    def forward(self, logits, onehot):
        top = logits.max(axis=1, keepdims=True)
        log_sum = top + np.log(np.exp(logits - top).sum(axis=1, keepdims=True))
        self.p = np.exp(logits - log_sum)
        self.onehot = onehot
        return np.sum(onehot * (log_sum - logits), axis=1)

    def derivative(self):
        return self.p - self.onehot
