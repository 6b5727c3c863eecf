#!/usr/bin/env python3
import numpy as np


class DeepNeuralNetwork:
    def __init__(self, nx, layers):
        if type(nx) is not int:
            raise TypeError("nx must be an integer")
        if type(layers) is not list or len(layers) == 0:
            raise TypeError("layers must be a list of positive integers")
        self.__L = len(layers)
        self.__cache = {}
        self.__weights = {}
        for i in range(self.__L):
            prev = nx if i == 0 else layers[i - 1]
            self.__weights["W" + str(i + 1)] = np.random.randn(layers[i], prev) * np.sqrt(2 / prev)
            self.__weights["b" + str(i + 1)] = np.zeros((layers[i], 1))

    @property
    def weights(self):
        return self.__weights

    def forward_prop(self, X):
        self.__cache["A0"] = X
        for i in range(self.__L):
            W = self.__weights["W" + str(i + 1)]
            b = self.__weights["b" + str(i + 1)]
            Z = np.matmul(W, self.__cache["A" + str(i)]) + b
            self.__cache["A" + str(i + 1)] = 1 / (1 + np.exp(-Z))
        return self.__cache["A" + str(self.__L)], self.__cache

    def cost(self, Y, A):
        m = Y.shape[1]
        return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1.0000001 - A)) / m

    def gradient_descent(self, Y, cache, alpha=0.05):
        m = Y.shape[1]
        weights = self.__weights.copy()
        dz = cache["A" + str(self.__L)] - Y
        for i in range(self.__L, 0, -1):
            A = cache["A" + str(i - 1)]
            dw = np.matmul(dz, A.T) / m
            db = np.sum(dz, axis=1, keepdims=True) / m
            dz = np.matmul(weights["W" + str(i)].T, dz) * (A * (1 - A))
            self.__weights["W" + str(i)] = weights["W" + str(i)] - alpha * dw
            self.__weights["b" + str(i)] = weights["b" + str(i)] - alpha * db
