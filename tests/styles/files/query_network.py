"""A network of columns that is trained by lists: one example, or several, a call."""

import numpy
import scipy.special


class neuralNetwork:
    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.inodes, self.hnodes, self.onodes = inputnodes, hiddennodes, outputnodes
        self.wih = numpy.random.normal(0.0, 0.5, (self.hnodes, self.inodes))
        self.who = numpy.random.normal(0.0, 0.5, (self.onodes, self.hnodes))
        self.lr = learningrate
        self.squash = lambda v: scipy.special.expit(v)

    def train(self, inputs_list, targets_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        targets = numpy.array(targets_list, ndmin=2).T
        hidden = self.squash(numpy.dot(self.wih, inputs))
        final = self.squash(numpy.dot(self.who, hidden))
        output_errors = (targets - final) * final * (1.0 - final)
        hidden_errors = numpy.dot(self.who.T, output_errors)
        self.who += self.lr * numpy.dot(output_errors, hidden.T)
        self.wih += self.lr * numpy.dot(hidden_errors * hidden * (1.0 - hidden), inputs.T)

    def query(self, inputs_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        return self.squash(numpy.dot(self.who, self.squash(numpy.dot(self.wih, inputs))))
