"""Training is asked of a property that a base class gives; a Reshape is told a shape of its own."""
import numpy as np


class PhaseMixin(object):
    _train = False

    @property
    def is_training(self):
        return self._train

    @is_training.setter
    def is_training(self, is_train=True):
        self._train = is_train


class Dropout(PhaseMixin):
    def __init__(self, p=0.1):
        self._mask = None
        self.p = p

    def forward_pass(self, X):
        if self.is_training:
            self._mask = np.random.uniform(size=X.shape) > self.p
            return X * self._mask / (1 - self.p)
        return X

    def backward_pass(self, delta):
        return delta * self._mask / (1 - self.p)


class Reshape:
    def __init__(self, shape):
        self.shape = shape

    def forward_prop(self, X):
        self.prev = X.shape
        return X.reshape(X.shape[0], *self.shape)

    def backward_prop(self, d):
        return d.reshape(self.prev)
