import numpy as np

class LineareSchicht:
    def __init__(self, eingang, ausgang):
        self.gewichte = np.random.randn(eingang, ausgang) * np.sqrt(2 / eingang)
        self.verschiebung = np.zeros(ausgang)

    def vorwaerts(self, x):
        self.eingabe = x
        return x @ self.gewichte + self.verschiebung

    def rueckwaerts(self, fehler):
        self.grad_gewichte = self.eingabe.T @ fehler
        self.grad_verschiebung = fehler.sum(axis=0)
        return fehler @ self.gewichte.T

class TanhSchicht:
    def vorwaerts(self, x):
        self.ausgabe = np.tanh(x)
        return self.ausgabe

    def rueckwaerts(self, fehler):
        return fehler * (1 - self.ausgabe ** 2)
