import numpy as np

def wave_forward(x):
    return 0.3 * x ** 3 + np.sin(2 * x) * np.cosh(x / 4), x

def wave_backward(dout, x):
    slope = (0.9 * x ** 2 + 2 * np.cos(2 * x) * np.cosh(x / 4)
             + np.sin(2 * x) * np.sinh(x / 4) / 4)
    return dout * slope
