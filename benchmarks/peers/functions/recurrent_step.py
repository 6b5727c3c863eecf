import numpy as np

def step_forward(x, h, Wx, Wh, b):
    out = np.tanh(x.dot(Wx) + h.dot(Wh) + b)
    return out, (x, h, Wx, Wh, out)

def step_backward(dout, cache):
    x, h, Wx, Wh, out = cache
    da = dout * (1 - out ** 2)
    return da.dot(Wx.T), da.dot(Wh.T), x.T.dot(da), h.T.dot(da), da.sum(axis=0)
