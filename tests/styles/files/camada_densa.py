import numpy as np

class CamadaDensa:
    def __init__(self, entradas, saidas):
        self.pesos = np.random.randn(entradas, saidas) * 0.1
        self.vies = np.zeros((1, saidas))
    def propagar(self, x):
        self.x = x
        return np.dot(x, self.pesos) + self.vies
    def retropropagar(self, grad_saida):
        self.grad_pesos = np.dot(self.x.T, grad_saida)
        self.grad_vies = np.sum(grad_saida, axis=0, keepdims=True)
        return np.dot(grad_saida, self.pesos.T)
