"""Layers that are told the shape of the one image that they take; a bias for every pixel."""

import numpy as np
from scipy import signal

from layer import Layer


class Convolution(Layer):
    def __init__(self, input_shape, kernel_size, depth):
        channels, height, width = input_shape
        self.input_shape, self.depth, self.channels = input_shape, depth, channels
        self.kernels = np.random.randn(depth, channels, kernel_size, kernel_size)
        self.biases = np.random.randn(depth, height - kernel_size + 1, width - kernel_size + 1)

    def forward(self, image):
        self.image = image
        out = np.copy(self.biases)
        for i in range(self.depth):
            for j in range(self.channels):
                out[i] += signal.correlate2d(image[j], self.kernels[i, j], "valid")
        return out

    def backward(self, upstream, learning_rate):
        d_kernels = np.zeros_like(self.kernels)
        d_image = np.zeros(self.input_shape)
        for i in range(self.depth):
            for j in range(self.channels):
                d_kernels[i, j] = signal.correlate2d(self.image[j], upstream[i], "valid")
                d_image[j] += signal.convolve2d(upstream[i], self.kernels[i, j], "full")
        self.kernels -= learning_rate * d_kernels
        self.biases -= learning_rate * upstream
        return d_image


class MaxPool(Layer):
    def __init__(self, pool_size, stride=2):
        self.pool_size, self.stride = pool_size, stride

    def forward(self, image, training):
        self.image = image
        s, (h, w) = self.stride, self.pool_size
        rows, columns = 1 + (image.shape[1] - h) // s, 1 + (image.shape[2] - w) // s
        out = np.zeros((image.shape[0], rows, columns, image.shape[3]))
        for i in range(rows):
            for j in range(columns):
                window = image[:, i * s : i * s + h, j * s : j * s + w]
                out[:, i, j] = window.max(axis=(1, 2))
        self.out = out
        return out

    def backward(self, upstream):
        d_image = np.zeros_like(self.image)
        s, (h, w) = self.stride, self.pool_size
        for i in range(upstream.shape[1]):
            for j in range(upstream.shape[2]):
                place = (slice(None), slice(i * s, i * s + h), slice(j * s, j * s + w))
                is_max = self.image[place] == self.out[:, i : i + 1, j : j + 1]
                d_image[place] += is_max * upstream[:, i : i + 1, j : j + 1]
        return d_image


class Reshape(Layer):
    def __init__(self, input_shape, output_shape):
        self.input_shape, self.output_shape = input_shape, output_shape

    def forward(self, x):
        return np.reshape(x, self.output_shape)

    def backward(self, upstream, learning_rate):
        return np.reshape(upstream, self.input_shape)
