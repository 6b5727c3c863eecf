"""The ground truth of gradcheck: costs, activations and chain-rule gradients in plain NumPy.

Value and backward stand side by side, the derivation stands in the docstring, and the body follows
it line for line. Reading order: ``activations``, ``rectifiers``, ``squashing``, ``gating``,
``costs``, ``robust``, ``divergences``, ``margins``, ``penalties``, ``layers``, ``convolution``,
``other_convolutions``, ``reshaping``, ``pooling``, ``normalization``, ``image_normalization``,
``chain``, ``optimizers``; ``stable`` holds the exponentials and logarithms that the others share,
``windows`` the windows.

Examples are rows (N, D). Every function carries float32, float64, longdouble and complex through,
deciding between branches by the real part, and never changes its arguments.

Examples
--------
>>> import numpy as np
>>> from gradcheck_reference import network_cost, network_gradient
>>> X, y = np.array([[1.0, -2.0]]), np.array([[1.0]])
>>> parameters = [(np.array([[0.5], [0.25]]), np.array([0.5]))]
>>> ((dW, db),) = network_gradient(parameters, X, y)
>>> step = 1e-6 * np.array([[1.0], [0.0]])
>>> above, below = (network_cost([(parameters[0][0] + s, [0.5])], X, y) for s in (step, -step))
>>> bool(abs((above - below) / 2e-6 - dW[0, 0]) < 1e-9)
True
"""

from __future__ import annotations

from gradcheck_reference.activations import (
    gelu,
    gelu_backward,
    gelu_tanh,
    gelu_tanh_backward,
    identity,
    identity_backward,
    leaky_relu,
    leaky_relu_backward,
    log_softmax_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    softplus,
    softplus_backward,
    tanh,
    tanh_backward,
)
from gradcheck_reference.chain import (
    logistic_cost,
    logistic_gradient,
    network_cost,
    network_forward,
    network_gradient,
    neuron,
    neuron_cost,
    neuron_gradient,
    three_layer_cost,
    three_layer_gradient,
)
from gradcheck_reference.convolution import conv2d, conv2d_backward
from gradcheck_reference.costs import (
    absolute_error,
    absolute_error_backward,
    binary_cross_entropy,
    binary_cross_entropy_backward,
    binary_cross_entropy_from_logits,
    binary_cross_entropy_from_logits_backward,
    cross_entropy,
    cross_entropy_backward,
    cross_entropy_from_logits,
    cross_entropy_from_logits_backward,
    hinge,
    hinge_backward,
    one_hot,
    squared_error,
    squared_error_backward,
)
from gradcheck_reference.divergences import (
    kl_divergence,
    kl_divergence_backward,
    negative_log_likelihood,
    negative_log_likelihood_backward,
)
from gradcheck_reference.gating import swiglu, swiglu_backward
from gradcheck_reference.image_normalization import (
    group_norm,
    group_norm_backward,
    instance_norm,
    instance_norm_backward,
)
from gradcheck_reference.layers import affine, affine_backward, embedding, embedding_backward
from gradcheck_reference.margins import (
    contrastive,
    contrastive_backward,
    multi_class_squared_hinge,
    multi_class_squared_hinge_backward,
    squared_hinge,
    squared_hinge_backward,
    triplet,
    triplet_backward,
)
from gradcheck_reference.normalization import (
    batch_norm,
    batch_norm_backward,
    layer_norm,
    layer_norm_backward,
    rms_norm,
    rms_norm_backward,
)
from gradcheck_reference.optimizers import gradient_descent
from gradcheck_reference.other_convolutions import (
    conv1d,
    conv1d_backward,
    transposed_conv2d,
    transposed_conv2d_backward,
)
from gradcheck_reference.penalties import (
    l1_penalty,
    l1_penalty_backward,
    l2_penalty,
    l2_penalty_backward,
)
from gradcheck_reference.pooling import (
    average_pool,
    average_pool_backward,
    global_average_pool,
    global_average_pool_backward,
    max_pool,
    max_pool_backward,
)
from gradcheck_reference.rectifiers import (
    elu,
    elu_backward,
    selu,
    selu_backward,
    silu,
    silu_backward,
)
from gradcheck_reference.reshaping import (
    dropout,
    dropout_backward,
    flatten,
    flatten_backward,
    residual,
    residual_backward,
)
from gradcheck_reference.robust import huber, huber_backward
from gradcheck_reference.squashing import (
    hard_sigmoid,
    hard_sigmoid_backward,
    softsign,
    softsign_backward,
)
from gradcheck_reference.stable import (
    log1p,
    log1p_exp,
    log_sigmoid,
    log_softmax,
    log_sum_exp,
    normal_cdf,
    normal_pdf,
)

__all__ = [
    "absolute_error",
    "absolute_error_backward",
    "affine",
    "affine_backward",
    "average_pool",
    "average_pool_backward",
    "batch_norm",
    "batch_norm_backward",
    "binary_cross_entropy",
    "binary_cross_entropy_backward",
    "binary_cross_entropy_from_logits",
    "binary_cross_entropy_from_logits_backward",
    "contrastive",
    "contrastive_backward",
    "conv1d",
    "conv1d_backward",
    "conv2d",
    "conv2d_backward",
    "cross_entropy",
    "cross_entropy_backward",
    "cross_entropy_from_logits",
    "cross_entropy_from_logits_backward",
    "dropout",
    "dropout_backward",
    "elu",
    "elu_backward",
    "embedding",
    "embedding_backward",
    "flatten",
    "flatten_backward",
    "gelu",
    "gelu_backward",
    "gelu_tanh",
    "gelu_tanh_backward",
    "global_average_pool",
    "global_average_pool_backward",
    "gradient_descent",
    "group_norm",
    "group_norm_backward",
    "hard_sigmoid",
    "hard_sigmoid_backward",
    "hinge",
    "hinge_backward",
    "huber",
    "huber_backward",
    "identity",
    "identity_backward",
    "instance_norm",
    "instance_norm_backward",
    "kl_divergence",
    "kl_divergence_backward",
    "l1_penalty",
    "l1_penalty_backward",
    "l2_penalty",
    "l2_penalty_backward",
    "layer_norm",
    "layer_norm_backward",
    "leaky_relu",
    "leaky_relu_backward",
    "log1p",
    "log1p_exp",
    "log_sigmoid",
    "log_softmax",
    "log_softmax_backward",
    "log_sum_exp",
    "logistic_cost",
    "logistic_gradient",
    "max_pool",
    "max_pool_backward",
    "multi_class_squared_hinge",
    "multi_class_squared_hinge_backward",
    "negative_log_likelihood",
    "negative_log_likelihood_backward",
    "network_cost",
    "network_forward",
    "network_gradient",
    "neuron",
    "neuron_cost",
    "neuron_gradient",
    "normal_cdf",
    "normal_pdf",
    "one_hot",
    "relu",
    "relu_backward",
    "residual",
    "residual_backward",
    "rms_norm",
    "rms_norm_backward",
    "selu",
    "selu_backward",
    "sigmoid",
    "sigmoid_backward",
    "silu",
    "silu_backward",
    "softmax",
    "softmax_backward",
    "softplus",
    "softplus_backward",
    "softsign",
    "softsign_backward",
    "squared_error",
    "squared_error_backward",
    "squared_hinge",
    "squared_hinge_backward",
    "swiglu",
    "swiglu_backward",
    "tanh",
    "tanh_backward",
    "three_layer_cost",
    "three_layer_gradient",
    "transposed_conv2d",
    "transposed_conv2d_backward",
    "triplet",
    "triplet_backward",
]
