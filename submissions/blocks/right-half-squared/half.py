import numpy as np

class QuadraticCost:
    def forward(self, a, y):
        self.a, self.y = a, y
        return 0.5 * np.sum((a - y) ** 2)

    def backward(self):
        return self.a - self.y
