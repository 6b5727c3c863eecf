"""Plain lists: a network is layers of neurons, and a neuron a dict of its weights."""

from math import exp


def forward(network, row):
    values = row
    for layer in network:
        for neuron in layer:
            w = neuron["weights"]
            z = w[-1] + sum(w[k] * values[k] for k in range(len(w) - 1))
            neuron["output"] = 1.0 / (1.0 + exp(-z))
        values = [neuron["output"] for neuron in layer]
    return values


def backpropagate(network, expected):
    after = None
    for layer in reversed(network):
        for k, neuron in enumerate(layer):
            if after is None:
                error = expected[k] - neuron["output"]
            else:
                error = sum(n["weights"][k] * n["delta"] for n in after)
            neuron["delta"] = error * neuron["output"] * (1.0 - neuron["output"])
        after = layer


def learn(network, row, l_rate):
    values = row[:-1]
    for layer in network:
        for neuron in layer:
            for k, value in enumerate(values):
                neuron["weights"][k] += l_rate * neuron["delta"] * value
            neuron["weights"][-1] += l_rate * neuron["delta"]
        values = [neuron["output"] for neuron in layer]
