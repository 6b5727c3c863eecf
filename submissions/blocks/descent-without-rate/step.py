def gradient_descent_step(w, dw, learning_rate):
    return w - dw
