"""Does forward return a real array of exactly the right shape?"""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.checks.base import Case, Check, Inquiry, Observation, described, told, unfit
from gradcheck.subject import Subject


class OutputShape(Check):
    """Exact shapes, never "broadcastable"; batch of one, tall and wide batches."""

    id = "output-shape"
    title = "value: type and shape"
    question = "does forward return a value of exactly the right type and shape?"
    order = 10

    def reason_against(self, subject: Subject) -> str | None:
        """Need a forward."""
        return None if subject.has_forward else "no-forward"

    def ask(self, case: Case) -> Inquiry:
        """Call forward once."""
        (answer,) = yield [case.forward]
        if answer.fault is not None:
            return [Observation("wrong", fault=answer.fault, phase=answer.phase, evidence="fault",
                                details=told(answer.fault))]  # fmt: skip
        found = self._judge(case, answer.output)
        is_right = all(o.verdict == "right" for o in found)
        if answer.box and is_right and case.example.sizes.get("N", 2) > 1:
            message = (
                f"the value is an array of one entry, of shape {answer.box}, where a number is "
                "meant: take it out with np.squeeze, or sum over all axes"
            )
            return [Observation("remark", None, message, evidence="boxed")]
        return found

    @staticmethod
    def _judge(case: Case, output: object) -> Sequence[Observation]:
        problem = unfit(output, case.expected_output, "forward's value")  # type: ignore[arg-type]
        if problem is None:
            return [Observation("right")]
        return [
            Observation("wrong", message=problem, expected=case.expected_output,
                        actual=output, evidence="output-shape",  # type: ignore[arg-type]
                        details={"returned": described(output)})  # type: ignore[arg-type]
        ]  # fmt: skip


CHECK = OutputShape()
