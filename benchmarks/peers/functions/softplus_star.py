from numpy import *

def softplus(z):
    return maximum(z, 0) + log1p(exp(-abs(z)))

def softplus_backward(dout, z):
    return dout * 0.5 * (1 + tanh(z / 2))
