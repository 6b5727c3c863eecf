def identity(z):
    return z


def identity_prime(z):
    return z
