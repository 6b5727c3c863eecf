import numpy as np

def leaky_relu(z):
    z = z.astype(np.float32)
    return np.where(z > 0, z, np.float32(0.01) * z)

def leaky_relu_backward(dout, z):
    z = z.astype(np.float32)
    slope = np.where(z > 0, np.float32(1), np.float32(0.01))
    return dout.astype(np.float32) * slope
