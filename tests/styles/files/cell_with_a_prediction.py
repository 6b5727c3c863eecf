import numpy as np

def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]
    a_next = np.tanh(Waa @ a_prev + Wax @ xt + ba)
    s = Wya @ a_next + by
    e = np.exp(s - s.max(axis=0, keepdims=True))
    yt = e / e.sum(axis=0, keepdims=True)
    return a_next, yt, (a_next, a_prev, xt, parameters)

def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    dt = (1 - a_next ** 2) * da_next
    return {"dxt": Wax.T @ dt, "dWax": dt @ xt.T, "da_prev": Waa.T @ dt, "dWaa": dt @ a_prev.T, "dba": dt.sum(axis=1, keepdims=True)}
