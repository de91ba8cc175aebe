"""What every part of the twin has at hand: the numbers of the plan, random words, and the life so far."""

from typing import Any

import numpy as np

from clustersim.kernel.layout import Levers, Tables
from clustersim.program import Program
from clustersim.twin import philox
from clustersim.twin.arithmetic import Arithmetic, Number
from clustersim.twin.life import Cluster, Happening, Life, Mega

#: No lever: all zeros, which move no bit.
OFF = Levers(*(kind(0) for kind in Levers.__annotations__.values()))


class State:
    """One trajectory of a Program under a key, in an arithmetic."""

    clusters: list[Cluster]
    megas: list[Mega]
    burnt_until: int

    def __init__(self, program: Program, key: int, trajectory: int, arithmetic: Arithmetic) -> None:
        self.a = arithmetic
        self.t: Tables = self._in_numbers(program.tables)
        self.levers: Levers = self._in_numbers(program.levers or OFF)
        self.key, self.trajectory = int(key), int(trajectory)
        self.memory = dict[tuple[int, int], list[int]]()
        self.life = Life(viable=0)

    def _in_numbers(self, record: Any) -> Any:
        """Return the same record, its floats as numbers of this arithmetic."""
        floats = {name: float(value) for name, value in record._asdict().items() if isinstance(value, np.float32)}
        return record._replace(**{name: self.a.number(value) for name, value in floats.items()})

    def words(self, purpose: int, draw: int) -> list[int]:
        """Four words at one address."""
        if (purpose, draw) not in self.memory:
            self.memory[purpose, draw] = philox.words(self.trajectory, purpose, draw, self.key)
        return self.memory[purpose, draw]

    def quantile(self, table: int, word: int) -> Number:
        """What a word draws from one of the plan's quantile tables."""
        return self.a.quantile(self.t.quantiles[table], word)

    def normal(self, purpose: int, month: int) -> Number:
        """The noise of one month: one call serves four months, each half of it two."""
        block, within = divmod(month - 1, 4)
        half, second = divmod(within, 2)
        w0, w1 = self.words(purpose, block)[2 * half : 2 * half + 2]
        radius = self.a.sqrt(self.a.number(-2) * self.a.log(self.a.uniform(w0)))
        eighth = (w1 << 2) & 0xFFFFFFFF
        sine, cosine = self.a.sine_and_cosine((eighth - (1 << 32) if eighth >> 31 else eighth) / 2**31)
        pair = [radius * (-cosine if w1 >> 31 else cosine), radius * sine]
        if w1 >> 30 & 1:
            pair.reverse()
        return pair[second]

    def doubt(self, difference: Number, scale: Number) -> None:
        """Remember that a comparison was closer than float32 can tell."""
        if abs(difference) < 1e-5 * abs(scale):
            self.life.doubtful = True

    def burnt_out(self, month: int) -> bool:
        """Whether a burnout lasts."""
        return month <= self.burnt_until

    def tell(self, month: int, what: str, *about: int) -> None:
        """Remember what happened; a practice that is ruined has no more to tell."""
        if not self.life.ruin:
            self.life.story.append(Happening(month, what, about))
