"""What is wrong in a file, where, and how to mend it."""

from dataclasses import dataclass

from casework.shared.errors import InvalidInput


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: the line in the file (its header is line 1), the column and what to do."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.column}: {self.message}"


class UnreadableFile(InvalidInput):
    """The file cannot be read as a table at all; ``problem`` says where it stopped."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message, field="file")
        self.problem = problem
