import numpy as np

class Embedding:
    def __init__(self, num_embeddings, embedding_dim):
        self.weight = np.random.normal(size=(num_embeddings, embedding_dim))

    def forward(self, x):
        self.x = x
        return self.weight[x]

    def backward(self, dout):
        self.dweight = np.zeros_like(self.weight)
        np.add.at(self.dweight, self.x, dout)
        self.dweight /= len(self.x)
