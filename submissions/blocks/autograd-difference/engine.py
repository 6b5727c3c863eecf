class Value:
    """Both slopes of a difference are 1, and a quotient forgets the square."""

    def __init__(self, data):
        self.data = data
        self.grad = 0.0
        self.parents = ()

    def _made(self, data, *parents):
        out = Value(data)
        out.parents = parents
        return out

    def __add__(self, other):
        return self._made(self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other):
        return self._made(self.data - other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        return self._made(self.data * other.data, (self, other.data), (other, self.data))

    def __truediv__(self, other):
        return self._made(self.data / other.data, (self, 1 / other.data),
                          (other, -self.data / other.data**2))

    def __pow__(self, n):
        return self._made(self.data**n, (self, n * self.data ** (n - 1)))

    def backward(self, upstream=1.0):
        self.grad += upstream
        for parent, slope in self.parents:
            parent.backward(upstream * slope)
