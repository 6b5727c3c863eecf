import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class LSTMCell:
    def __init__(self, input_size, hidden_size):
        z = input_size + hidden_size
        self.Wf = np.random.randn(hidden_size, z) * 0.1
        self.bf = np.zeros((hidden_size, 1))
        self.Wi = np.random.randn(hidden_size, z) * 0.1
        self.bi = np.zeros((hidden_size, 1))
        self.Wc = np.random.randn(hidden_size, z) * 0.1
        self.bc = np.zeros((hidden_size, 1))
        self.Wo = np.random.randn(hidden_size, z) * 0.1
        self.bo = np.zeros((hidden_size, 1))

    def forward(self, x, h_prev, c_prev):
        self.concat = np.vstack((h_prev, x))
        self.c_prev = c_prev
        self.n_h = h_prev.shape[0]
        self.f = sigmoid(self.Wf @ self.concat + self.bf)
        self.i = sigmoid(self.Wi @ self.concat + self.bi)
        self.g = np.tanh(self.Wc @ self.concat + self.bc)
        self.o = sigmoid(self.Wo @ self.concat + self.bo)
        self.c = self.f * c_prev + self.i * self.g
        h = self.o * np.tanh(self.c)
        return h, self.c

    def backward(self, dh, dc):
        do = dh * np.tanh(self.c) * self.o * (1 - self.o)
        dc = dc + dh * self.o * (1 - np.tanh(self.c) ** 2)
        df = dc * self.c_prev * self.f * (1 - self.f)
        di = dc * self.g * self.i * (1 - self.i)
        dg = dc * self.i * (1 - self.g ** 2)
        self.dWf = df @ self.concat.T
        self.dWi = di @ self.concat.T
        self.dWc = dg @ self.concat.T
        self.dWo = do @ self.concat.T
        self.dbf, self.dbi, self.dbc, self.dbo = (d.sum(axis=1, keepdims=True) for d in (df, di, dg, do))
        dz = self.Wf.T @ df + self.Wi.T @ di + self.Wc.T @ dg + self.Wo.T @ do
        return dz[self.n_h:], dz[:self.n_h], dc * self.f


class GRUCell:
    def __init__(self, input_dim, hidden_dim):
        self.Wz = np.random.randn(input_dim, hidden_dim)
        self.Uz = np.random.randn(hidden_dim, hidden_dim)
        self.bz = np.zeros(hidden_dim)
        self.Wr = np.random.randn(input_dim, hidden_dim)
        self.Ur = np.random.randn(hidden_dim, hidden_dim)
        self.br = np.zeros(hidden_dim)
        self.Wh = np.random.randn(input_dim, hidden_dim)
        self.Uh = np.random.randn(hidden_dim, hidden_dim)
        self.bh = np.zeros(hidden_dim)

    def forward(self, x, h):
        z = sigmoid(x @ self.Wz + h @ self.Uz + self.bz)
        r = sigmoid(x @ self.Wr + h @ self.Ur + self.br)
        n = np.tanh(x @ self.Wh + (r * h) @ self.Uh + self.bh)
        self.cache = x, h, z, r, n
        return (1 - z) * h + z * n

    def backward(self, dh_next):
        x, h, z, r, n = self.cache
        dn = dh_next * z * (1 - n ** 2)
        dz = dh_next * (n - h) * z * (1 - z)
        drh = dn @ self.Uh.T
        dr = drh * h * r * (1 - r)
        self.dWz, self.dUz, self.dbz = x.T @ dz, h.T @ dz, dz.sum(0)
        self.dWr, self.dUr, self.dbr = x.T @ dr, h.T @ dr, dr.sum(0)
        self.dWh, self.dUh, self.dbh = x.T @ dn, (r * h).T @ dn, dn.sum(0)
        dx = dz @ self.Wz.T + dr @ self.Wr.T + dn @ self.Wh.T
        dh = dh_next * (1 - z) + dz @ self.Uz.T + dr @ self.Ur.T + drh * r
        return dx, dh


def gru_cell_forward(xt, h_prev, parameters):
    Wz, Wr, Wh = parameters["Wz"], parameters["Wr"], parameters["Wh"]
    bz, br, bh = parameters["bz"], parameters["br"], parameters["bh"]
    concat = np.concatenate([h_prev, xt])
    z = sigmoid(Wz @ concat + bz)
    r = sigmoid(Wr @ concat + br)
    joined = np.concatenate([r * h_prev, xt])
    n = np.tanh(Wh @ joined + bh)
    h_next = z * h_prev + (1 - z) * n
    return h_next, (xt, h_prev, z, r, n, concat, joined, parameters)


def gru_cell_backward(dh_next, cache):
    xt, h_prev, z, r, n, concat, joined, parameters = cache
    k = h_prev.shape[0]
    dn = dh_next * (1 - z) * (1 - n * n)
    dz = dh_next * (h_prev - n) * z * (1 - z)
    back = parameters["Wh"].T @ dn
    dr = back[:k] * h_prev * r * (1 - r)
    through = parameters["Wz"].T @ dz + parameters["Wr"].T @ dr
    grads = {"dWz": dz @ concat.T, "dWr": dr @ concat.T, "dWh": dn @ joined.T}
    grads |= {"dbz": dz.sum(1, keepdims=True), "dbr": dr.sum(1, keepdims=True), "dbh": dn.sum(1, keepdims=True)}
    grads["dh_prev"] = dh_next * z + back[:k] * r + through[:k]
    grads["dxt"] = back[k:] + through[k:]
    return grads
