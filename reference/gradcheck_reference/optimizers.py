"""Steps: from parameters and gradients to new parameters.

    gradient_descent    p - η g
    momentum            remembers earlier gradients: a velocity
    nesterov            the same, seen from where the velocity leads
    adagrad, rmsprop    divide each entry by the size of its own gradients so far
    adam, adamw         a velocity over such a size, both corrected for their start at 0

A step that remembers something takes it as an argument and returns the new one beside the new
parameter; all memories start as zeros. Everything is entry by entry, so that a parameter may have
any shape. ``clipped`` and ``decayed_rate`` prepare what a step takes: its gradient and its rate.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gradcheck_reference.stable import Array, as_inexact, require_same_shape

__all__ = ["adagrad", "adam", "adamw", "clipped", "decayed_rate", "gradient_descent", "momentum",
           "nesterov", "rmsprop"]  # fmt: skip


def _alike(parameter: npt.ArrayLike, **others: npt.ArrayLike) -> tuple[Array, ...]:
    """Return all as inexact arrays, checked to have the parameter's shape."""
    p = as_inexact(parameter)
    arrays = {name: as_inexact(other) for name, other in others.items()}
    for name, array in arrays.items():
        require_same_shape(**{"parameter": p, name: array})
    return (p, *arrays.values())


def _root(squares: Array, eps: float, place: str) -> Array:
    """Return sqrt(squares) + eps, or sqrt(squares + eps) with eps ``inside``."""
    if place not in {"outside", "inside"}:
        raise ValueError(f"place must be outside or inside, not {place!r}")
    return np.asarray(np.sqrt(squares + eps) if place == "inside" else np.sqrt(squares) + eps)


def gradient_descent(
    parameter: npt.ArrayLike, gradient: npt.ArrayLike, *, learning_rate: float
) -> Array:
    """Return parameter - learning_rate · gradient, as a new array.

    Derivation
    ----------
    Why the minus, and why the step must be small:

    1. C(p + s) = C(p) + ⟨g, s⟩ + O(|s|²)         Taylor, with g = ∂C/∂p
    2. ⟨g, s⟩ >= -|g| |s|                         Cauchy-Schwarz, equal for s along -g
    3. s = -η g, so C(p + s) = C(p) - η |g|² + O(η²)
    4. new parameter = p - η g

    The step's own derivatives are 1 with respect to the parameter and -η with respect to the
    gradient.

    Edges
    -----
    All parameters of a model step at once, from gradients taken at the *old* values. A step that is
    too long may raise the cost.

    Parameters
    ----------
    parameter : array_like, any shape
        p.
    gradient : array_like, shape of parameter
        g = ∂C/∂p, cost per unit of p.
    learning_rate : float
        η, in units of p² per cost.

    Returns
    -------
    ndarray, shape of parameter
        The new parameter; the argument keeps its value.

    Raises
    ------
    ValueError
        If parameter and gradient differ in shape.

    Source
    ------
    A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", Comptes
    rendus de l'Académie des sciences 25, 1847.

    Examples
    --------
    >>> gradient_descent([1.0, 2.0], [10.0, -20.0], learning_rate=0.1).tolist()
    [0.0, 4.0]

    The drop of C(p) = p² from p = 3, where g = 6, is η |g|² for a small η:

    >>> new = gradient_descent(3.0, 6.0, learning_rate=1e-6)
    >>> bool(abs((3.0**2 - new**2) / 1e-6 - 36.0) < 1e-3)
    True
    """
    parameter, gradient = as_inexact(parameter), as_inexact(gradient)
    require_same_shape(parameter=parameter, gradient=gradient)
    return np.asarray(parameter - learning_rate * gradient)


def momentum(
    parameter: npt.ArrayLike, gradient: npt.ArrayLike, velocity: npt.ArrayLike, *,
    learning_rate: float, beta: float = 0.9, form: str = "classical",
) -> tuple[Array, Array]:  # fmt: skip
    """Return (new parameter, new velocity) of gradient descent with momentum.

    Derivation
    ----------
    1. v_t = β v_(t-1) - η g_t                     a share of the last step is kept
    2. p_t = p_(t-1) + v_t
    3. v_t = -η Σ_k β^(t-k) g_k                    from v_0 = 0: older gradients count less
    4. for a constant g, v → -η g (1 + β + β² + …) = -η g / (1 - β)

    With β = 0.9 a gradient that keeps its direction moves ten times as fast. The form
    ``averaged`` keeps v_t = β v_(t-1) + (1 - β) g_t, a mean of the gradients, and takes
    p_t = p_(t-1) - η v_t: step 3 with η (1 - β) for η.

    Parameters
    ----------
    parameter, gradient : array_like, one shape
        p and g = ∂C/∂p.
    velocity : array_like, the same shape
        v_(t-1); zeros before the first step.
    learning_rate : float
        η.
    beta : float
        β in [0, 1), the share that is kept.
    form : {"classical", "averaged"}
        Whether the velocity is a step or a mean of gradients.

    Returns
    -------
    tuple of ndarray
        p_t and v_t.

    Raises
    ------
    ValueError
        If the shapes differ, or the form is another.

    Source
    ------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
    Computational Mathematics and Mathematical Physics 4(5), 1964.

    Examples
    --------
    >>> p, v = momentum([1.0], [2.0], [0.0], learning_rate=0.25, beta=0.5)
    >>> p, v = momentum(p, [2.0], v, learning_rate=0.25, beta=0.5)
    >>> p.tolist(), v.tolist()
    ([-0.25], [-0.75])
    """
    p, g, v = _alike(parameter, gradient=gradient, velocity=velocity)
    if form == "classical":
        v = beta * v - learning_rate * g
        return np.asarray(p + v), np.asarray(v)
    if form == "averaged":
        v = beta * v + (1 - beta) * g
        return np.asarray(p - learning_rate * v), np.asarray(v)
    raise ValueError(f"form must be classical or averaged, not {form!r}")


def nesterov(
    parameter: npt.ArrayLike, gradient: npt.ArrayLike, velocity: npt.ArrayLike, *,
    learning_rate: float, beta: float = 0.9, form: str = "classical",
) -> tuple[Array, Array]:  # fmt: skip
    """Return (new parameter, new velocity) of Nesterov's momentum, from the gradient at p.

    Derivation
    ----------
    Nesterov takes the gradient where the velocity is about to lead, at q = p + β v:

    1. v_t = β v_(t-1) - η g(q_(t-1))
    2. p_t = p_(t-1) + v_t
    3. q_t = p_t + β v_t                           what is kept from now on is q
    4. q_t = q_(t-1) - β v_(t-1) + v_t + β v_t     with p_(t-1) = q_(t-1) - β v_(t-1)
    5.     = q_(t-1) - β v_(t-1) + (1 + β) v_t
    6.     = q_(t-1) + β v_t - η g                 as v_t - β v_(t-1) = -η g

    So the parameter that a program holds is q, and its gradient is taken there. With the form
    ``averaged``, v_t = β v_(t-1) + (1 - β) g and q_t = q_(t-1) - η (β v_t + (1 - β) g).

    Parameters
    ----------
    parameter, gradient : array_like, one shape
        q and the gradient at q.
    velocity : array_like, the same shape
        v_(t-1); zeros before the first step.
    learning_rate : float
        η.
    beta : float
        β in [0, 1), the share that is kept.
    form : {"classical", "averaged"}
        As in ``momentum``.

    Returns
    -------
    tuple of ndarray
        q_t and v_t.

    Raises
    ------
    ValueError
        If the shapes differ, or the form is another.

    Source
    ------
    Y. Nesterov, "A method for solving the convex programming problem with convergence rate
    O(1/k²)", Doklady 269, 1983; in this form Y. Bengio, N. Boulanger-Lewandowski, R. Pascanu,
    "Advances in optimizing recurrent networks", ICASSP 2013.

    Examples
    --------
    >>> q, v = nesterov([1.0], [2.0], [0.0], learning_rate=0.25, beta=0.5)
    >>> q.tolist(), v.tolist()
    ([0.25], [-0.5])
    """
    _, v = momentum(
        parameter, gradient, velocity, learning_rate=learning_rate, beta=beta, form=form
    )
    q, g, _ = _alike(parameter, gradient=gradient, velocity=velocity)
    if form == "classical":
        return np.asarray(q + beta * v - learning_rate * g), v
    return np.asarray(q - learning_rate * (beta * v + (1 - beta) * g)), v


def adagrad(
    parameter: npt.ArrayLike, gradient: npt.ArrayLike, squares: npt.ArrayLike, *,
    learning_rate: float, eps: float = 1e-8, place: str = "outside",
) -> tuple[Array, Array]:  # fmt: skip
    """Return (new parameter, new squares): each entry has a rate of its own.

    Derivation
    ----------
    1. G_t = G_(t-1) + g_t²                        the sum of all squares so far
    2. p_t = p_(t-1) - η g_t / (sqrt(G_t) + eps)
    3. the first step is η sign(g_1) up to eps     as sqrt(g²) = |g|, whatever the unit of g
    4. with |g_t| = γ always, step t is η / sqrt(t)        the rate falls by itself

    Parameters
    ----------
    parameter, gradient : array_like, one shape
        p and g = ∂C/∂p.
    squares : array_like, the same shape
        G_(t-1); zeros before the first step.
    learning_rate : float
        η, in units of p.
    eps : float
        Keeps an entry that never had a gradient from 0/0, in units of g (of g² inside).
    place : {"outside", "inside"}
        Whether eps stands beside the root or in it, sqrt(G_t + eps).

    Returns
    -------
    tuple of ndarray
        p_t and G_t.

    Raises
    ------
    ValueError
        If the shapes differ, or the place is another.

    Source
    ------
    J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and
    stochastic optimization", Journal of Machine Learning Research 12, 2011.

    Examples
    --------
    >>> p, G = adagrad([1.0, 1.0], [3.0, -0.5], [16.0, 0.0], learning_rate=0.5, eps=0.0)
    >>> p.round(12).tolist(), G.tolist()
    ([0.7, 1.5], [25.0, 0.25])
    """
    p, g, G = _alike(parameter, gradient=gradient, squares=squares)
    G = G + g * g
    return np.asarray(p - learning_rate * g / _root(G, eps, place)), np.asarray(G)


def rmsprop(
    parameter: npt.ArrayLike, gradient: npt.ArrayLike, squares: npt.ArrayLike, *,
    learning_rate: float, decay: float = 0.9, eps: float = 1e-8, place: str = "outside",
) -> tuple[Array, Array]:  # fmt: skip
    """Return (new parameter, new squares): ``adagrad`` that forgets.

    Derivation
    ----------
    1. s_t = ρ s_(t-1) + (1 - ρ) g_t²              a running mean of the squares
    2. s_t = (1 - ρ) Σ_k ρ^(t-k) g_k²              from s_0 = 0: about the last 1/(1 - ρ) count
    3. p_t = p_(t-1) - η g_t / (sqrt(s_t) + eps)
    4. with |g_t| = γ always, s_t → γ² and the step → η sign(g)     the rate doesn't fall

    Parameters
    ----------
    parameter, gradient : array_like, one shape
        p and g = ∂C/∂p.
    squares : array_like, the same shape
        s_(t-1); zeros before the first step.
    learning_rate : float
        η, in units of p.
    decay : float
        ρ in [0, 1).
    eps, place
        As in ``adagrad``.

    Returns
    -------
    tuple of ndarray
        p_t and s_t.

    Raises
    ------
    ValueError
        If the shapes differ, or the place is another.

    Source
    ------
    T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", Neural Networks for Machine Learning, 2012.

    Examples
    --------
    >>> p, s = rmsprop([1.0], [2.0], [0.0], learning_rate=0.5, decay=0.75, eps=0.0)
    >>> p.tolist(), s.tolist()
    ([0.0], [1.0])
    """
    p, g, s = _alike(parameter, gradient=gradient, squares=squares)
    s = decay * s + (1 - decay) * g * g
    return np.asarray(p - learning_rate * g / _root(s, eps, place)), np.asarray(s)


def adam(
    parameter: npt.ArrayLike, gradient: npt.ArrayLike, m: npt.ArrayLike, v: npt.ArrayLike, *,
    t: int, learning_rate: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
    place: str = "outside",
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (new parameter, new m, new v) of step t = 1, 2, …

    Derivation
    ----------
    1. m_t = β₁ m_(t-1) + (1 - β₁) g_t             a running mean of the gradients
    2. v_t = β₂ v_(t-1) + (1 - β₂) g_t²            and of their squares
    3. with g_t = g always, m_t = (1 - β₁) Σ_k β₁^(t-k) g = (1 - β₁^t) g       from m_0 = 0
    4. so m̂_t = m_t / (1 - β₁^t) is g, and v̂_t = v_t / (1 - β₂^t) is g²       no bias to 0
    5. p_t = p_(t-1) - η m̂_t / (sqrt(v̂_t) + eps)
    6. the first step is η sign(g_1) up to eps     m̂_1 = g_1, v̂_1 = g_1²

    Without step 4 the first step is (1 - β₁)/sqrt(1 - β₂) = 3.2 times as long for the usual β.
    With the place ``before-correction``, eps is added to sqrt(v_t) before it is corrected:
    p_t = p_(t-1) - η sqrt(1 - β₂^t)/(1 - β₁^t) · m_t / (sqrt(v_t) + eps).

    Parameters
    ----------
    parameter, gradient : array_like, one shape
        p and g = ∂C/∂p.
    m, v : array_like, the same shape
        m_(t-1) and v_(t-1); zeros before the first step.
    t : int
        The number of this step, from 1.
    learning_rate : float
        η, in units of p.
    beta1, beta2 : float
        β₁ and β₂ in [0, 1).
    eps : float
        In units of g (of g² inside).
    place : {"outside", "inside", "before-correction"}
        Where eps stands.

    Returns
    -------
    tuple of ndarray
        p_t, m_t and v_t.

    Raises
    ------
    ValueError
        If the shapes differ, t is below 1, or the place is another.

    Source
    ------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", arXiv:1412.6980, 2015;
    the place ``before-correction`` is the end of its section 2.

    Examples
    --------
    >>> p, m, v = adam([1.0, 1.0], [5.0, -1e-3], [0.0, 0.0], [0.0, 0.0], t=1,
    ...                learning_rate=0.5, eps=0.0)
    >>> p.round(12).tolist()
    [0.5, 1.5]
    """
    p, g, m, v = _alike(parameter, gradient=gradient, m=m, v=v)
    if t < 1:
        raise ValueError(f"t counts the steps from 1, it can't be {t}")
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    if place == "before-correction":
        rate = learning_rate * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
        return np.asarray(p - rate * m / (np.sqrt(v) + eps)), np.asarray(m), np.asarray(v)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return np.asarray(p - learning_rate * m_hat / _root(v_hat, eps, place)), m, v


def adamw(
    parameter: npt.ArrayLike, gradient: npt.ArrayLike, m: npt.ArrayLike, v: npt.ArrayLike, *,
    t: int, learning_rate: float, weight_decay: float = 0.01, beta1: float = 0.9,
    beta2: float = 0.999, eps: float = 1e-8, place: str = "outside", decays_by: str = "rate",
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Return (new parameter, new m, new v): ``adam`` with weight decay beside it, not inside.

    Derivation
    ----------
    1. a penalty (λ/2) |p|² in the cost would add λ p to g, and ``adam`` divides all of g by
       sqrt(v̂): weights with large gradients would decay least
    2. so the decay is taken out of the gradient: g, m and v know nothing of λ
    3. p_t = p_(t-1) - η m̂_t / (sqrt(v̂_t) + eps) - η λ p_(t-1)

    Both terms take the *old* p. The paper's own λ isn't multiplied by η (``decays_by="itself"``):
    its schedule multiplies both.

    Parameters
    ----------
    parameter, gradient, m, v, t, learning_rate, beta1, beta2, eps, place
        As in ``adam``.
    weight_decay : float
        λ.
    decays_by : {"rate", "itself"}
        Whether the decay is η λ p or λ p.

    Returns
    -------
    tuple of ndarray
        p_t, m_t and v_t.

    Raises
    ------
    ValueError
        As in ``adam``, or if ``decays_by`` is something else.

    Source
    ------
    I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", arXiv:1711.05101, 2019.

    Examples
    --------
    >>> p, m, v = adamw([1.0], [5.0], [0.0], [0.0], t=1, learning_rate=0.5, weight_decay=0.2,
    ...                 eps=0.0)
    >>> p.round(12).tolist()
    [0.4]
    """
    (p,) = _alike(parameter)
    if decays_by not in {"rate", "itself"}:
        raise ValueError(f"decays_by must be rate or itself, not {decays_by!r}")
    stepped, m, v = adam(
        p, gradient, m, v, t=t, learning_rate=learning_rate, beta1=beta1, beta2=beta2, eps=eps,
        place=place,
    )  # fmt: skip
    share = learning_rate * weight_decay if decays_by == "rate" else weight_decay
    return np.asarray(stepped - share * p), m, v


def clipped(
    gradient: npt.ArrayLike, *, limit: float, by: str = "value", eps: float = 0.0
) -> Array:
    """Return the gradient with no entry, or no length, beyond the limit.

    Derivation
    ----------
    By value:

    1. each entry is brought to the nearest number of [-c, c]          the direction may change

    By norm, with n = sqrt(Σ g²) over all entries:

    2. out = g · c / n where n > c, so that |out| = c                  the direction stays
    3. out = g where n <= c                                            min(1, c/n) does both

    Edges
    -----
    An eps beside n keeps c/(n + eps) from 0/0, and makes a clipped gradient a little shorter.

    Parameters
    ----------
    gradient : array_like, any shape
        g.
    limit : float
        c > 0, in units of g.
    by : {"value", "norm"}
        What is limited.
    eps : float
        Added to the norm.

    Returns
    -------
    ndarray, shape of gradient

    Raises
    ------
    ValueError
        If ``by`` is something else.

    Source
    ------
    R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks",
    International Conference on Machine Learning, 2013.

    Examples
    --------
    >>> [clipped([3.0, -4.0], limit=2.5, by=by).tolist() for by in ("value", "norm")]
    [[2.5, -2.5], [1.5, -2.0]]
    """
    g = as_inexact(gradient)
    if by == "value":
        is_beyond = np.abs(g.real) > limit
        return np.asarray(np.where(is_beyond, np.sign(g.real) * limit, g).astype(g.dtype))
    if by != "norm":
        raise ValueError(f"by must be value or norm, not {by!r}")
    n = np.sqrt(np.sum(g * g))
    return np.asarray(g * (limit / (n + eps)) if (n + eps).real > limit else g.copy())


def decayed_rate(
    learning_rate: npt.ArrayLike, *, epoch: float, decay: float, form: str = "inverse",
    interval: int = 1,
) -> Array:  # fmt: skip
    """Return the learning rate of an epoch.

    Derivation
    ----------
    With k = epoch, or floor(epoch / interval) where the rate falls in stairs:

    1. ``inverse``       η_k = η / (1 + d k)              falls like 1/k
    2. ``exponential``   η_k = η d^k                      the share d is kept each time
    3. ``natural``       η_k = η e^(-d k)                 the same with d for -ln d

    Parameters
    ----------
    learning_rate : array_like, one number
        η, the rate of epoch 0.
    epoch : float
        From 0.
    decay : float
        d >= 0.
    form : {"inverse", "exponential", "natural"}
        Which law.
    interval : int
        Epochs a stair; 1 for none.

    Returns
    -------
    ndarray, shape of learning_rate

    Raises
    ------
    ValueError
        If the form is another.

    Source
    ------
    H. Robbins, S. Monro, "A stochastic approximation method", The Annals of Mathematical
    Statistics 22(3), 1951, for the conditions that ``inverse`` meets.

    Examples
    --------
    >>> [float(decayed_rate(1.0, epoch=2, decay=0.5, form=f)) for f in ("inverse", "exponential")]
    [0.5, 0.25]
    >>> float(decayed_rate(1.0, epoch=5, decay=1.0, interval=4))
    0.5
    """
    rate = as_inexact(learning_rate)
    k = epoch if interval == 1 else epoch // interval
    laws = {"inverse": 1 / (1 + decay * k), "exponential": decay**k, "natural": np.exp(-decay * k)}
    if form not in laws:
        raise ValueError(f"form must be inverse, exponential or natural, not {form!r}")
    return np.asarray(rate * laws[form], dtype=rate.dtype)
