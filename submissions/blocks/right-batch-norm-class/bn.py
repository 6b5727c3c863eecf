import numpy as np

class BatchNorm1d:
    def __init__(self, features, eps=1e-8, momentum=0.1):
        self.gamma = np.ones((1, features))
        self.beta = np.zeros((1, features))
        self.eps = eps
        self.momentum = momentum
        self.running_mean = np.zeros((1, features))

    def forward(self, x):
        self.mean = x.mean(axis=0, keepdims=True)
        self.centred = x - self.mean
        self.var = np.mean(self.centred ** 2, axis=0, keepdims=True)
        self.inv = (self.var + self.eps) ** -0.5
        self.running_mean += self.momentum * (self.mean - self.running_mean)
        return self.gamma * self.centred * self.inv + self.beta

    def backward(self, dout):
        n = dout.shape[0]
        self.dgamma = np.sum(dout * self.centred * self.inv, axis=0, keepdims=True)
        self.dbeta = np.sum(dout, axis=0, keepdims=True)
        dx_hat = dout * self.gamma
        dvar = np.sum(dx_hat * self.centred, axis=0) * -0.5 * self.inv ** 3
        dmean = -np.sum(dx_hat * self.inv, axis=0) - 2 * dvar * self.centred.mean(axis=0)
        return dx_hat * self.inv + dvar * 2 * self.centred / n + dmean / n
