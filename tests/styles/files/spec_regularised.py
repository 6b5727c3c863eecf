import numpy as np
import matplotlib.pyplot as plt
from utils import *
import copy
import math

X_train, y_train = load_data("data/ex2data1.txt")
print("First five elements in X_train are:\n", X_train[:5])
plot_data(X_train, y_train[:], pos_label="Admitted", neg_label="Not admitted")
plt.ylabel('Exam 2 score')
plt.show()

# UNQ_C1
def sigmoid(z):
    g = 1/(1+np.exp(-z))
    return g

sigmoid_test(sigmoid)

# UNQ_C2
def compute_cost(X, y, w, b, *argv):
    m, n = X.shape
    loss_sum = 0
    for i in range(m):
        z_wb = 0
        for j in range(n):
            z_wb += w[j]*X[i][j]
        z_wb += b
        f_wb = sigmoid(z_wb)
        loss = -y[i]*np.log(f_wb) - (1 - y[i])*np.log(1 - f_wb)
        loss_sum += loss
    total_cost = (1/m)*loss_sum
    return total_cost

m, n = X_train.shape
initial_w = np.zeros(n)
cost = compute_cost(X_train, y_train, initial_w, 0.)

# UNQ_C3
def compute_gradient(X, y, w, b, *argv):
    m, n = X.shape
    dj_dw = np.zeros(w.shape)
    dj_db = 0.
    for i in range(m):
        z_wb = 0
        for j in range(n):
            z_wb += X[i, j]*w[j]
        z_wb += b
        f_wb = sigmoid(z_wb)
        dj_db_i = f_wb - y[i]
        dj_db += dj_db_i
        for j in range(n):
            dj_dw[j] += (f_wb - y[i])*X[i][j]
    dj_dw = dj_dw/m
    dj_db = dj_db/m
    return dj_db, dj_dw

def gradient_descent(X, y, w_in, b_in, cost_function, gradient_function, alpha, num_iters, lambda_):
    m = len(X)
    J_history = []
    w_history = []
    for i in range(num_iters):
        dj_db, dj_dw = gradient_function(X, y, w_in, b_in, lambda_)
        w_in = w_in - alpha*dj_dw
        b_in = b_in - alpha*dj_db
        if i < 100000:
            cost = cost_function(X, y, w_in, b_in, lambda_)
            J_history.append(cost)
    return w_in, b_in, J_history, w_history

def compute_cost_reg(X, y, w, b, lambda_=1):
    m, n = X.shape
    cost_without_reg = compute_cost(X, y, w, b)
    reg_cost = 0.
    for j in range(n):
        reg_cost += w[j]**2
    reg_cost = (lambda_/(2*m))*reg_cost
    return cost_without_reg + reg_cost

def compute_gradient_reg(X, y, w, b, lambda_=1):
    m, n = X.shape
    dj_db, dj_dw = compute_gradient(X, y, w, b)
    for j in range(n):
        dj_dw[j] = dj_dw[j] + (lambda_/m)*w[j]
    return dj_db, dj_dw
