def gradient_descent(w, dw, lr):
    w -= lr * dw
    return w
