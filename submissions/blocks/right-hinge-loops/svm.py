import numpy as np

class HingeLoss:
    def forward(self, scores, labels):
        self.grad = np.zeros(scores.shape)
        loss = 0.0
        for i in range(len(scores)):
            y = int(np.argmax(labels[i]))
            for j in range(scores.shape[1]):
                if j == y:
                    continue
                lead = 1 + scores[i, j] - scores[i, y]
                if lead >= 0:
                    loss += lead
                    self.grad[i, j] += 1
                    self.grad[i, y] -= 1
        return loss

    def backward(self):
        return self.grad
