"""Transition tables: pure data that says which act may follow in which state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casework.shared.errors import ConflictError


@dataclass(frozen=True)
class Transition:
    """From any of ``sources`` to ``target``; a target of None leaves the state as it is.

    In the states that ``keeps`` names the act is done without changing the state.
    """

    sources: frozenset[str]
    target: str | None
    keeps: frozenset[str] = frozenset()


def step(sources: Iterable[str], target: str | None, keeps: Iterable[str] = ()) -> Transition:
    """Build a transition from any iterable of states."""
    return Transition(frozenset(sources), target, frozenset(keeps))


@dataclass(frozen=True)
class TransitionTable:
    """The acts of one aggregate by name."""

    labels: Mapping[str, str]
    acts: Mapping[str, Transition]

    def allows(self, act: str, state: str) -> bool:
        """Say whether ``act`` may be done in ``state``."""
        return state in self.acts[act].sources

    def target(self, act: str, state: str) -> str:
        """Return the state after ``act``.

        Raises ``ConflictError`` where the act does not fit the state.
        """
        transition = self.acts[act]
        if state not in transition.sources:
            raise ConflictError(
                f"Det går inte i läget ”{self.labels[state]}”. Någon kan ha hunnit före: "
                "ladda om sidan och se vad som gäller nu."
            )
        if transition.target is None or state in transition.keeps:
            return state
        return transition.target
