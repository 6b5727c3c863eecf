def gradient_descent(w, dw, lr):
    return w + lr * dw
