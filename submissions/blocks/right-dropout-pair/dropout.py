import numpy as np

def dropout_forward(x, keep_prob=0.8):
    mask = np.random.binomial(1, keep_prob, size=x.shape)
    return x * mask / keep_prob, (mask, keep_prob)

def dropout_backward(dout, cache):
    mask, keep_prob = cache
    return dout * mask / keep_prob
