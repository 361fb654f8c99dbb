"""What a family of generators is: how it is made and upon what, what it learns from, and how it draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import Tensor, nn

import imagery
from experiments.families.ways import Way
from imagery import weights
from imagery.models.verbal import VerbalChannel
from imagery.weights import WeightsError

TRAINED = Path("trained")                         # where `imagery train NAME` leaves weights
Sizes = Mapping[str, Mapping[str, Any]]           # a model's arguments by preset, over those at every preset, ""


@dataclass(frozen=True)
class Family:
    """A way to make pictures: its `kind`, the class of its `model`, how it is told and draws, and as many `steps` at
    preset small as ten minutes of one core allow. `sizes` are the model's arguments. `make(*parts, **sizes)` builds it
    upon the trained models of the recipes `after`; those `beside` it help it draw. `core` is the method or part of the
    model whose calls are counted when it draws, `learning` what its training does unlike the others',
    and `bits(model, pictures)` are what each picture costs (B,), in bits a value."""

    name: str
    kind: str
    model: type[nn.Module]
    way: Way
    steps: int
    sizes: Sizes = field(default_factory=dict)
    core: str = ""
    after: Mapping[str, type[nn.Module]] = field(default_factory=dict)
    make: Callable[..., nn.Module] | None = None
    beside: Mapping[str, type[nn.Module]] = field(default_factory=dict)
    learning: Mapping[str, Any] = field(default_factory=dict)
    bits: Callable[[Any, Tensor], Tensor] | None = None

    @property
    def shows(self) -> bool:
        """Whether it makes pictures, rather than help another to."""
        return bool(self.way.draw or self.way.remake)

    def build(self, preset: str, verbal: VerbalChannel) -> nn.Module:
        """An untaught model. WeightsError if one that it needs is not there."""
        told = self.way.told(verbal) if self.way.told else {}
        sizes = {**self.sizes.get("", {}), **self.sizes.get(preset, {}), **told}
        return (self.make or self.model)(*(trained(*each) for each in self.after.items()), **sizes)


def found(name: str, folder: Path | None = None) -> Path | None:
    """Where the weights that recipe `name` made are: in `folder`, else where training leaves them, or shipped."""
    places = (each / name for each in (folder or TRAINED, imagery.SHIPPED))
    return next((place for place in places if (place / weights.CONFIG).is_file()), None)


def trained(name: str, model: type[nn.Module], folder: Path | None = None) -> nn.Module:
    """The model that recipe `name` made. WeightsError if there is none."""
    place = found(name, folder)
    if place is None:
        raise WeightsError(f"no weights of {name} in {folder or TRAINED}: `imagery train {name}` makes them")
    return weights.load(model, place)


def configured(model: nn.Module) -> dict[str, Any]:
    """The arguments that made a model."""
    return {key: value for key, value in model.config.items() if not key.startswith("_")}


def with_part(part: str, argument: str | None, cls: type[nn.Module]) -> Callable[..., nn.Module]:
    """Makes models of which a `part` is a trained model as it is; an `argument` may say how that was made."""

    def make(model: nn.Module, **sizes: Any) -> nn.Module:
        made = cls(**({argument: configured(model)} if argument else {}), **sizes)
        getattr(made, part).load_state_dict(model.state_dict())
        return made

    return make
