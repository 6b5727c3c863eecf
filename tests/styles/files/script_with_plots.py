import matplotlib.pyplot as plt
import numpy as np


def relu(x):
    return np.maximum(0, x)


def relu_backward(dout, x):
    dx = np.array(dout, copy=True)
    dx[x <= 0] = 0
    return dx


x = np.linspace(-3, 3, 200)
plt.plot(x, relu(x))
plt.title("ReLU")
plt.show()
for epoch in range(10):
    print("epoch", epoch, relu(np.random.randn(3)))
