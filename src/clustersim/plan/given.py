"""What a field may be given and what it keeps, for those who check types: a plan takes more than it holds.

To them a field is a descriptor, which `typing.dataclass_transform` reads: the constructor takes what may be set, and
the value has what is got. To Python, and to pydantic, it is what it keeps; the field's rule does the rest.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, cast, overload

from pydantic import Field

from clustersim.plan.parameter import Distribution

Kept_co = TypeVar("Kept_co", covariant=True)
Taken_contra = TypeVar("Taken_contra", contravariant=True)
Default = TypeVar("Default")

Fields = Mapping[str, Any]
"""A value's fields by name, or a distribution as in a plan file."""


class Frozen(Protocol):
    """A frozen continuous distribution of scipy.stats."""

    @property
    def args(self) -> Any:
        """Its parameters."""

    @property
    def kwds(self) -> Any:
        """Its parameters by name."""

    def pdf(self, x: Any, /) -> Any:
        """Return the density, which a discrete one has not."""


if TYPE_CHECKING:

    class Given(Generic[Kept_co, Taken_contra]):
        """A field that keeps one type and takes another."""

        @overload
        def __get__(self, value: None, kind: type) -> Self: ...
        @overload
        def __get__(self, value: object, kind: type) -> Kept_co: ...
        def __get__(self, value: Any, kind: type) -> Any: ...
        def __set__(self, value: object, given: Taken_contra) -> None: ...

else:

    class Given:
        """The type that a field keeps."""

        def __class_getitem__(cls, types: tuple[Any, Any]) -> Any:
            """Return the first of two types."""
            return types[0]


DrawnField = Given[float | Distribution, float | Distribution | Frozen | Fields]
MaybeDrawnField = Given[float | Distribution | None, float | Distribution | Frozen | Fields | None]


def given(*, default: Default, description: str, **options: Any) -> Given[Default, Any]:
    """Return a field with what it keeps if nothing is given: pydantic's own, under the type that is checked."""
    return cast("Given[Default, Any]", Field(default=default, description=description, **options))
