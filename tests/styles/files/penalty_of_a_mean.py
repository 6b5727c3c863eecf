"""A penalty whose strength is divided by the number of examples."""

import numpy as np
def l2_regularization_cost(W, lambd, m):
    return lambd / (2 * m) * np.sum(np.square(W))

def l2_regularization_grad(W, lambd, m):
    return lambd / m * W
