"""Operations with a common base; those with a parameter are given it, and keep its gradient."""

import numpy as np


class Operation:
    def forward(self, input_):
        self.input_ = input_
        self.output = self._output()
        return self.output

    def backward(self, output_grad):
        self.input_grad = self._input_grad(output_grad)
        return self.input_grad

    def _output(self):
        raise NotImplementedError()

    def _input_grad(self, output_grad):
        raise NotImplementedError()


class ParamOperation(Operation):
    def __init__(self, param):
        self.param = param

    def backward(self, output_grad):
        self.input_grad = self._input_grad(output_grad)
        self.param_grad = self._param_grad(output_grad)
        return self.input_grad

    def _param_grad(self, output_grad):
        raise NotImplementedError()


class WeightMultiply(ParamOperation):
    def __init__(self, W):
        super().__init__(W)

    def _output(self):
        return np.dot(self.input_, self.param)

    def _input_grad(self, output_grad):
        return np.dot(output_grad, np.transpose(self.param, (1, 0)))

    def _param_grad(self, output_grad):
        return np.dot(np.transpose(self.input_, (1, 0)), output_grad)


class BiasAdd(ParamOperation):
    def __init__(self, B):
        super().__init__(B)

    def _output(self):
        return self.input_ + self.param

    def _input_grad(self, output_grad):
        return np.ones_like(self.input_) * output_grad

    def _param_grad(self, output_grad):
        return np.sum(output_grad, axis=0).reshape(1, self.param.shape[1])


class Softmax(Operation):
    def _output(self):
        e = np.exp(self.input_ - self.input_.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def _input_grad(self, output_grad):
        inner = np.sum(output_grad * self.output, axis=1, keepdims=True)
        return self.output * (output_grad - inner)
