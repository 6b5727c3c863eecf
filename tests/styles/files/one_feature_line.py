"""A line through points, with numbers and loops."""


def mse(m, b, xs, ys):
    return sum((y - (m * x + b)) ** 2 for x, y in zip(xs, ys)) / len(xs)


def gradients(m, b, xs, ys):
    n = len(xs)
    dm = -2 / n * sum(x * (y - (m * x + b)) for x, y in zip(xs, ys))
    db = -2 / n * sum(y - (m * x + b) for x, y in zip(xs, ys))
    return dm, db
