import numpy as np


class Conv3x3:
    """A stack of 3x3 filters over a grey image."""

    def __init__(self, num_filters):
        self.num_filters = num_filters
        self.filters = np.random.randn(num_filters, 3, 3) / 9

    def iterate_regions(self, image):
        h, w = image.shape
        for i in range(h - 2):
            for j in range(w - 2):
                yield image[i:i + 3, j:j + 3], i, j

    def forward(self, input):
        self.last_input = input
        h, w = input.shape
        output = np.zeros((h - 2, w - 2, self.num_filters))
        for im_region, i, j in self.iterate_regions(input):
            output[i, j] = np.sum(im_region * self.filters, axis=(1, 2))
        return output

    def backward(self, d_L_d_out):
        self.d_filters = np.zeros(self.filters.shape)
        d_L_d_input = np.zeros(self.last_input.shape)
        for im_region, i, j in self.iterate_regions(self.last_input):
            for f in range(self.num_filters):
                self.d_filters[f] += d_L_d_out[i, j, f] * im_region
                d_L_d_input[i:i + 3, j:j + 3] += d_L_d_out[i, j, f] * self.filters[f]
        return d_L_d_input


class MaxPool2:
    """Halves the sides of (h, w, channels)."""

    def forward(self, input):
        self.last_input = input
        h, w, channels = input.shape
        output = np.zeros((h // 2, w // 2, channels))
        for i in range(h // 2):
            for j in range(w // 2):
                output[i, j] = np.amax(input[i * 2:i * 2 + 2, j * 2:j * 2 + 2], axis=(0, 1))
        return output

    def backward(self, d_L_d_out):
        d_L_d_input = np.zeros(self.last_input.shape)
        h, w, channels = d_L_d_out.shape
        for i in range(h):
            for j in range(w):
                region = self.last_input[i * 2:i * 2 + 2, j * 2:j * 2 + 2]
                for c in range(channels):
                    p, q = np.unravel_index(np.argmax(region[:, :, c]), (2, 2))
                    d_L_d_input[i * 2 + p, j * 2 + q, c] = d_L_d_out[i, j, c]
        return d_L_d_input
