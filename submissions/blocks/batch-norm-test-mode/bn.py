import numpy as np


class BatchNorm:
    """Test normalises with its own batch."""

    def __init__(self, size, momentum=0.9):
        self.gamma, self.beta = np.ones(size), np.zeros(size)
        self.running_mean, self.running_var = np.zeros(size), np.ones(size)
        self.momentum = momentum

    def forward(self, x, training=True):
        m = self.momentum
        mean, var = x.mean(axis=0), x.var(axis=0)
        if training:
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = m * self.running_var + (1 - m) * var
        self.std = np.sqrt(var + 1e-5)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


class BatchNorm1d:
    """The running mean is never updated."""

    def __init__(self, size, momentum=0.9):
        self.gamma, self.beta = np.ones(size), np.zeros(size)
        self.running_mean, self.running_var = np.zeros(size), np.ones(size)
        self.momentum = momentum

    def forward(self, x, training=True):
        m = self.momentum
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_var = m * self.running_var + (1 - m) * var
        else:
            mean, var = self.running_mean, self.running_var
        self.std = np.sqrt(var + 1e-5)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


class BatchNormLayer:
    """The momentum stands on the wrong side in the variance."""

    def __init__(self, size, momentum=0.9):
        self.gamma, self.beta = np.ones(size), np.zeros(size)
        self.running_mean, self.running_var = np.zeros(size), np.ones(size)
        self.momentum = momentum

    def forward(self, x, training=True):
        m = self.momentum
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = (1 - m) * self.running_var + m * var
        else:
            mean, var = self.running_mean, self.running_var
        self.std = np.sqrt(var + 1e-5)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


class BN:
    """Test updates the running statistics, too."""

    def __init__(self, size, momentum=0.9):
        self.gamma, self.beta = np.ones(size), np.zeros(size)
        self.running_mean, self.running_var = np.zeros(size), np.ones(size)
        self.momentum = momentum

    def forward(self, x, training=True):
        m = self.momentum
        mean, var = x.mean(axis=0), x.var(axis=0)
        self.running_mean = m * self.running_mean + (1 - m) * mean
        self.running_var = m * self.running_var + (1 - m) * var
        if not training:
            mean, var = self.running_mean, self.running_var
        self.std = np.sqrt(var + 1e-5)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


class BatchNormalization:
    """Test divides by the variance."""

    def __init__(self, size, momentum=0.9):
        self.gamma, self.beta = np.ones(size), np.zeros(size)
        self.running_mean, self.running_var = np.zeros(size), np.ones(size)
        self.momentum = momentum

    def forward(self, x, training=True):
        m = self.momentum
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = m * self.running_var + (1 - m) * var
        else:
            mean, var = self.running_mean, self.running_var
        self.std = np.sqrt(var + 1e-5)
        self.x_hat = (x - mean) / (self.std if training else var + 1e-5)
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


class BatchNormalisation:
    """The decayed average doesn't decay."""

    def __init__(self, size, momentum=0.9):
        self.gamma, self.beta = np.ones(size), np.zeros(size)
        self.running_mean, self.running_var = np.zeros(size), np.ones(size)
        self.momentum = momentum

    def forward(self, x, training=True):
        m = self.momentum
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean = m * self.running_mean + mean
            self.running_var = m * self.running_var + var
        else:
            mean, var = self.running_mean, self.running_var
        self.std = np.sqrt(var + 1e-5)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


class BatchNorm1D:
    """Test knows a name that isn't there."""

    def __init__(self, size, momentum=0.9):
        self.gamma, self.beta = np.ones(size), np.zeros(size)
        self.running_mean, self.running_var = np.zeros(size), np.ones(size)
        self.momentum = momentum

    def forward(self, x, training=True):
        m = self.momentum
        if training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = m * self.running_var + (1 - m) * var
        else:
            mean, var = self.running_mean, self.runing_var
        self.std = np.sqrt(var + 1e-5)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


def batchnorm_forward(x, gamma, beta, bn_param):
    """Test takes the mean of the batch, and the running variance."""
    eps, m = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean, var = x.mean(axis=0), x.var(axis=0)
    if bn_param["mode"] == "train":
        bn_param["running_mean"] = m * bn_param["running_mean"] + (1 - m) * mean
        bn_param["running_var"] = m * bn_param["running_var"] + (1 - m) * var
    else:
        var = bn_param["running_var"]
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


def batchnorm_backward(dout, cache):
    x_hat, std, gamma = cache
    dbeta, dgamma = dout.sum(axis=0), (dout * x_hat).sum(axis=0)
    n = len(dout)
    return gamma / std * (dout - dbeta / n - x_hat * dgamma / n), dgamma, dbeta


def batch_norm_forward(x, gamma, beta, bn_param):
    """Test takes its own batch, in a branch of its own that leaves the statistics alone."""
    mode, eps, m = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean, var = x.mean(axis=0), x.var(axis=0)
    if mode == "train":
        bn_param["running_mean"] = m * bn_param.get("running_mean", 0.0) + (1 - m) * mean
        bn_param["running_var"] = m * bn_param.get("running_var", 0.0) + (1 - m) * var
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


def batch_norm_backward(dout, cache):
    x_hat, std, gamma = cache
    dbeta, dgamma = dout.sum(axis=0), (dout * x_hat).sum(axis=0)
    n = len(dout)
    return gamma / std * (dout - dbeta / n - x_hat * dgamma / n), dgamma, dbeta
