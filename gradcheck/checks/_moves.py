"""Calls at inputs that were moved a little: how differences show in a trace of calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from gradcheck.component import Array
from gradcheck.records.program import Value

__all__ = ["Differenced", "differenced"]

LARGEST = 0.3
"""Extrapolation begins with a step of 0.1; what lies farther away is another value."""
FEWEST_FAR = 4
"""Entries that are moved in turn, by as much as one likes: of a product differences are exact."""
SCALES = (1.0, -1.0, 2.0, -2.0)
"""What functions take of an input: exp(-x), exp(2 x)."""
LARGEST_IMAGINARY = 10.0
"""A circle around an input, in Cauchy's formula, is wide; a complex step is as short as can be."""
ALIKE = 1e-3
"""Steps of one size differ by rounding: 1e-8 beside 1 keeps 8 digits, beside 1000 five."""
ROUNDING = 1e-14
FEWEST = 2
LOCAL = "<"
"""Stands in the names of lambdas and of what is defined in a function: told only for want of
another."""


@dataclass(frozen=True)
class Differenced:
    """What a trace shows.

    Parameters
    ----------
    function : str
        The function that is called at moved inputs.
    count : int
        How often it is.
    step : float
        How far they were moved, most often.
    is_imaginary : bool
        Whether they were moved along the imaginary axis.
    """

    function: str
    count: int
    step: float
    is_imaginary: bool = False


@dataclass(frozen=True)
class _Move:
    """An entry of an argument (or all of them, place -1) that was moved."""

    place: int
    step: float
    is_imaginary: bool = False


def differenced(trace: Value, inputs: Sequence[Array]) -> Differenced | None:
    """Return which function a trace shows to be called at moved inputs, if one is.

    Parameters
    ----------
    trace : Value
        A worker's claim: ``[name, [number, ...]]`` of each call.
    inputs : sequence of numpy.ndarray
        What the code was given.

    Notes
    -----
    Honest code calls its own functions too: at the same inputs, at parts of them, at one
    that is clipped or shifted by an epsilon. Only *two* moves of one size count, each of one
    entry of an input or of all entries alike.
    """
    found = _by_function(trace)
    scaled = [scale * np.asarray(x) for x in inputs for scale in SCALES]
    for function, calls in sorted(found.items(), key=lambda pair: LOCAL in pair[0]):
        moves = [m for arguments in _columns(calls) for m in _moves(arguments, scaled)]
        for is_imaginary in (True, False):
            steps = [m for m in moves if m.is_imaginary is is_imaginary
                     and (abs(m.step) <= LARGEST or _is_in_turn(m, moves))]  # fmt: skip
            distinct = {(m.place, np.sign(m.step)) for m in steps if _has_peer(m, steps)}
            enough = 1 if is_imaginary else FEWEST
            if len(distinct) >= enough:
                step = float(np.median([abs(m.step) for m in steps]))
                return Differenced(function, len(calls), step, is_imaginary)
    return None


def _has_peer(move: _Move, moves: Sequence[_Move]) -> bool:
    """Return whether another move is of the same size, elsewhere or the other way."""
    if move.is_imaginary:
        return True
    size = abs(move.step)
    return any(
        (m.place, np.sign(m.step)) != (move.place, np.sign(move.step))
        and abs(abs(m.step) - size) <= ALIKE * size
        for m in moves
    )


def _is_in_turn(move: _Move, moves: Sequence[_Move]) -> bool:
    """Return whether several entries, one after the other, are moved as far."""
    size = abs(move.step)
    places = {m.place for m in moves if m.place >= 0
              and abs(abs(m.step) - size) <= ALIKE * size}  # fmt: skip
    return move.place >= 0 and len(places) >= FEWEST_FAR


def _by_function(trace: Value) -> Mapping[str, list[list[Array]]]:
    """Return the numbers of each call by function; anything else than a trace has none."""
    found: dict[str, list[list[Array]]] = {}
    for entry in trace if isinstance(trace, list) else ():
        if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], list):
            numbers = [v for v in entry[1] if isinstance(v, np.ndarray | float | complex)]
            found.setdefault(str(entry[0]), []).append([np.asarray(v) for v in numbers])
    return found


def _columns(calls: Sequence[Sequence[Array]]) -> Iterator[list[Array]]:
    """Yield the values that one argument had in all calls."""
    for place in range(max(len(arguments) for arguments in calls)):
        yield [arguments[place] for arguments in calls if place < len(arguments)]


def _moves(arguments: Sequence[Array], inputs: Sequence[Array]) -> Iterator[_Move]:
    for argument in arguments:
        if argument.dtype.kind == "c":
            yield from _imaginary(argument)
    real = [a for a in arguments if a.dtype.kind == "f" and a.size]
    entries = np.concatenate([np.ravel(x) for x in inputs]) if inputs else np.empty(0)
    for argument in real:
        for base in inputs:
            if argument.size > 1 and argument.shape == np.shape(base):
                yield from _moved(argument, np.asarray(base))
    for one, other in pairwise(real):
        if one.shape == other.shape:
            yield from _around(one, other, entries)


def _imaginary(argument: Array) -> Iterator[_Move]:
    places = np.flatnonzero(argument.imag)
    sizes = np.abs(argument.imag.ravel()[places])
    if sizes.size and np.all(sizes == sizes[0]) and sizes[0] <= LARGEST_IMAGINARY:
        place = int(places[0]) if sizes.size == 1 else -1
        yield _Move(place, float(sizes[0]), is_imaginary=True)


def _moved(argument: Array, base: Array) -> Iterator[_Move]:
    """Yield the move of one entry of an input, or of all entries alike."""
    found = _difference(argument, base)
    if found is not None and (found[0] >= 0 or abs(found[1]) <= LARGEST):
        yield _Move(*found)


def _difference(one: Array, other: Array) -> tuple[int, float] | None:
    """Return where two arrays differ, and by how much; -1 for everywhere by the same."""
    with np.errstate(all="ignore"):
        apart = np.ravel(np.asarray(one - other, dtype=np.float64))
        places = np.flatnonzero(apart)
        if places.size == 1:
            return int(places[0]), float(apart[places[0]])
        rounding = ROUNDING * (np.abs(np.ravel(one)) + 1.0)
        step = float(np.median(apart)) if apart.size else 0.0
        is_alike = np.all(np.abs(apart - step) <= rounding + ALIKE * abs(step))
        is_told = abs(step) > np.max(rounding, initial=0.0)
        return (-1, step) if places.size == apart.size and is_told and is_alike else None


def _around(one: Array, other: Array, entries: Array) -> Iterator[_Move]:
    """Yield the two moves of a pair of calls to both sides of inputs."""
    found = _difference(one, other)
    if found is None or abs(found[1]) > 2 * LARGEST or not entries.size:
        return
    place, step = found
    middle = np.ravel(np.asarray((one + other) / 2, dtype=np.float64))
    middle = middle if place < 0 else middle[[place]]
    nearest = np.min(np.abs(middle[:, None] - entries[None, :]), axis=1)
    if np.all(nearest <= ROUNDING * (np.abs(middle) + 1.0)):
        yield _Move(place, step / 2)
        yield _Move(place, -step / 2)
