import numpy as np


def conv2d(image, kernel):
    kernel = kernel[::-1, ::-1]
    kh, kw = kernel.shape
    out = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i:i + kh, j:j + kw] * kernel)
    return out


def conv2d_backward(dout, image, kernel):
    kh, kw = kernel.shape
    dimage, dkernel = np.zeros(image.shape), np.zeros(kernel.shape)
    for i in range(dout.shape[0]):
        for j in range(dout.shape[1]):
            dimage[i:i + kh, j:j + kw] += kernel * dout[i, j]
            dkernel += image[i:i + kh, j:j + kw] * dout[i, j]
    return dimage, dkernel
