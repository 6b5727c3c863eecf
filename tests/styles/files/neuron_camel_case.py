import numpy

class SingleNeuron:
    """A neuron with a sigmoid, trained on half squared error."""

    def __init__(self, numInputs):
        self.weightVector = numpy.random.randn(numInputs)
        self.biasValue = 0.0

    def computeActivation(self, inputMatrix):
        netInput = numpy.matmul(inputMatrix, self.weightVector) + self.biasValue
        return 1.0 / (1.0 + numpy.exp(-netInput))

    def computeCost(self, inputMatrix, targetVector):
        difference = self.computeActivation(inputMatrix) - targetVector
        return 0.5 * numpy.sum(difference ** 2) / inputMatrix.shape[0]

    def computeGradients(self, inputMatrix, targetVector):
        activation = self.computeActivation(inputMatrix)
        difference = activation - targetVector
        delta = difference * activation * (1.0 - activation)
        numExamples = inputMatrix.shape[0]
        weightGradient = numpy.matmul(inputMatrix.transpose(), delta) / numExamples
        biasGradient = numpy.sum(delta) / numExamples
        return weightGradient, biasGradient
