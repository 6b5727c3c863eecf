import numpy as np

def hinge_loss(y_pred, y_true, margin=1.0):
    return np.mean(np.maximum(0, margin - y_true * y_pred))

def hinge_loss_grad(y_pred, y_true, margin=1.0):
    return np.where(y_true * y_pred < margin, -y_true, 0.0) / len(y_true)
