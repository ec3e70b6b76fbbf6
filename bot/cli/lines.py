"""What `slipway check` says: one line for each thing looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing looked at; `fault` says that it is not well, `remark` that it can be better."""

    what: str
    said: str
    fault: bool = False
    remark: bool = False

    def __str__(self) -> str:
        sign = "✖" if self.fault else "!" if self.remark else "✔"
        return f"{sign} {self.what}: {self.said}"
