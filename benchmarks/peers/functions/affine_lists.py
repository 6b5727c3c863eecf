import numpy as np

def affine_forward(x, w, b):
    rows = []
    for row in x.tolist():
        columns = zip(*w.tolist())
        rows.append([sum(p * q for p, q in zip(row, c)) + bias
                     for c, bias in zip(columns, b.tolist())])
    return np.array(rows), (x, w, b)

def affine_backward(dout, cache):
    x, w, b = cache
    dx = [[sum(d * v for d, v in zip(ds, vs)) for vs in w.tolist()] for ds in dout.tolist()]
    dw = [[sum(u * d for u, d in zip(us, ds)) for ds in zip(*dout.tolist())]
          for us in zip(*x.tolist())]
    db = [sum(ds) for ds in zip(*dout.tolist())]
    return np.array(dx), np.array(dw), np.array(db)
