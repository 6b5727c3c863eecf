import numpy as np

class RedNeuronal:
    """Red de dos capas con sigmoide y entropia cruzada (columnas = ejemplos)"""
    def __init__(self, n_x, n_h):
        self.W1 = np.random.randn(n_h, n_x) * 0.01
        self.b1 = np.zeros((n_h, 1))
        self.W2 = np.random.randn(1, n_h) * 0.01
        self.b2 = np.zeros((1, 1))

    def propagacion_adelante(self, X):
        self.X = X
        self.A1 = np.tanh(self.W1 @ X + self.b1)
        self.A2 = 1 / (1 + np.exp(-(self.W2 @ self.A1 + self.b2)))
        return self.A2

    def calcular_costo(self, X, Y):
        A2 = self.propagacion_adelante(X)
        m = Y.shape[1]
        return float(-(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)).sum() / m)

    def propagacion_atras(self, X, Y):
        self.propagacion_adelante(X)
        m = X.shape[1]
        dZ2 = self.A2 - Y
        self.dW2 = dZ2 @ self.A1.T / m
        self.db2 = dZ2.sum(axis=1, keepdims=True) / m
        dZ1 = (self.W2.T @ dZ2) * (1 - self.A1 ** 2)
        self.dW1 = dZ1 @ X.T / m
        self.db1 = dZ1.sum(axis=1, keepdims=True) / m
        return {"dW1": self.dW1, "db1": self.db1, "dW2": self.dW2, "db2": self.db2}
