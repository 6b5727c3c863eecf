"""Uma rede em português: derivadas, previsão e alvo."""

import numpy as np

def sigmoide(soma):
    return 1 / (1 + np.exp(-soma))

def sigmoide_derivada(sig):
    return sig * (1 - sig)

def relu(soma):
    return np.maximum(0, soma)

def derivada_relu(soma):
    return np.where(soma > 0, 1, 0)

def custo(previsao, alvo):
    return np.mean(np.square(alvo - previsao)) / 2

def derivada_custo(previsao, alvo):
    return (previsao - alvo) / alvo.size
