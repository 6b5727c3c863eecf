import numpy as np


class BatchNormalization:
    """A flag with a default; the statistics start as None; 0.9 of what was before is kept."""

    def __init__(self, gamma, beta, momentum=0.9):
        self.gamma = gamma
        self.beta = beta
        self.momentum = momentum
        self.running_mean = None
        self.running_var = None

    def forward(self, x, train_flg=True):
        if self.running_mean is None:
            self.running_mean = np.zeros(x.shape[1])
            self.running_var = np.zeros(x.shape[1])
        if train_flg:
            mu = x.mean(axis=0)
            xc = x - mu
            var = np.mean(xc**2, axis=0)
            std = np.sqrt(var + 10e-7)
            xn = xc / std
            self.batch_size = x.shape[0]
            self.xc, self.xn, self.std = xc, xn, std
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mu
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        else:
            xn = (x - self.running_mean) / np.sqrt(self.running_var + 10e-7)
        return self.gamma * xn + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = np.sum(self.xn * dout, axis=0)
        dxn = self.gamma * dout
        dxc = dxn / self.std
        dstd = -np.sum((dxn * self.xc) / (self.std * self.std), axis=0)
        dvar = 0.5 * dstd / self.std
        dxc += (2.0 / self.batch_size) * self.xc * dvar
        return dxc - np.sum(dxc, axis=0) / self.batch_size


class BatchNorm1d:
    """train() and eval(); the new batch gets the momentum, the variance is unbiased."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum = eps, momentum
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def forward(self, x):
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            n = x.shape[0]
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            unbiased = var * n / max(n - 1, 1)
            self.running_var = (1 - m) * self.running_var + m * unbiased
        else:
            mean, var = self.running_mean, self.running_var
        self.inv = 1.0 / np.sqrt(var + self.eps)
        self.x_hat = (x - mean) * self.inv
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * self.x_hat).sum(axis=0)
        n = dout.shape[0]
        g = dout * self.gamma
        return self.inv / n * (n * g - g.sum(axis=0) - self.x_hat * (g * self.x_hat).sum(axis=0))


class BatchNorm:
    """The flag's default is test; the first batch is what the statistics start from."""

    def __init__(self, dim):
        self.gamma = np.ones((1, dim))
        self.beta = np.zeros((1, dim))
        self.moving_mean = self.moving_var = None

    def forward(self, x, training=False):
        if not training:
            return self.gamma * (x - self.moving_mean) / np.sqrt(self.moving_var + 1e-8) + self.beta
        mean, var = np.mean(x, axis=0, keepdims=True), np.var(x, axis=0, keepdims=True)
        if self.moving_mean is None:
            self.moving_mean, self.moving_var = mean, var
        else:
            self.moving_mean = 0.99 * self.moving_mean + 0.01 * mean
            self.moving_var = 0.99 * self.moving_var + 0.01 * var
        self.sigma = np.sqrt(var + 1e-8)
        self.x_hat = (x - mean) / self.sigma
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma = np.sum(dout * self.x_hat, axis=0, keepdims=True)
        self.dbeta = np.sum(dout, axis=0, keepdims=True)
        mean_g = np.mean(dout, axis=0)
        mean_gx = np.mean(dout * self.x_hat, axis=0)
        return self.gamma / self.sigma * (dout - mean_g - self.x_hat * mean_gx)


class BN:
    """An attribute is the flag; the plain average of all batches, of x and of its square."""

    def __init__(self, size):
        self.gamma, self.beta = np.ones(size), np.zeros(size)
        self.is_training = True
        self.count, self.total, self.squares = 0, np.zeros(size), np.zeros(size)

    def forward(self, x):
        if self.is_training:
            self.count += len(x)
            self.total = self.total + x.sum(axis=0)
            self.squares = self.squares + (x * x).sum(axis=0)
            mean, var = x.mean(axis=0), x.var(axis=0)
        else:
            mean = self.total / self.count
            var = self.squares / self.count - mean**2
        self.std = np.sqrt(var + 1e-6)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


class BatchNormLayer:
    """The flag is required, and test is another method as well."""

    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta
        self.steps, self.mean_avg, self.var_avg = 0, 0.0, 0.0

    def forward(self, x, training):
        if not training:
            return self.predict(x)
        mean, var = x.mean(axis=0), x.var(axis=0)
        self.steps += 1
        self.mean_avg = 0.8 * self.mean_avg + 0.2 * mean
        self.var_avg = 0.8 * self.var_avg + 0.2 * var
        self.std = np.sqrt(var + 1e-5)
        self.x_hat = (x - mean) / self.std
        return self.gamma * self.x_hat + self.beta

    def predict(self, x):
        scale = 1 - 0.8**self.steps
        x_hat = (x - self.mean_avg / scale) / np.sqrt(self.var_avg / scale + 1e-5)
        return self.gamma * x_hat + self.beta

    def backward(self, dout):
        self.dgamma, self.dbeta = (dout * self.x_hat).sum(axis=0), dout.sum(axis=0)
        n = len(dout)
        return self.gamma / self.std * (dout - self.dbeta / n - self.x_hat * self.dgamma / n)


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param["momentum"]
    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] *= momentum
        bn_param["running_mean"] += (1 - momentum) * mean
        bn_param["running_var"] *= momentum
        bn_param["running_var"] += (1 - momentum) * var
    elif mode == "test":
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


def batchnorm_backward(dout, cache):
    x_hat, std, gamma = cache
    dbeta, dgamma = dout.sum(axis=0), (dout * x_hat).sum(axis=0)
    n = len(dout)
    return gamma / std * (dout - dbeta / n - x_hat * dgamma / n), dgamma, dbeta


def batch_norm_forward(X, gamma, beta, moving_mean, moving_var, momentum, eps, training):
    """The statistics are arguments, and come back."""
    if training:
        mean, var = X.mean(axis=0), X.var(axis=0)
        moving_mean = momentum * moving_mean + (1.0 - momentum) * mean
        moving_var = momentum * moving_var + (1.0 - momentum) * var
    else:
        mean, var = moving_mean, moving_var
    std = np.sqrt(var + eps)
    x_hat = (X - mean) / std
    return gamma * x_hat + beta, (x_hat, std, gamma), moving_mean, moving_var


def batch_norm_backward(dout, cache):
    return batchnorm_backward(dout, cache)
