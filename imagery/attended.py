"""What was found out about pictures, kept while they are attended to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Picture = TypeVar("Picture")
Found = TypeVar("Found")


class Attended(Generic[Picture, Found]):
    """What `find` finds of pictures, each an object of its own. With more than `limit` of them, all are forgotten."""

    def __init__(self, limit: int, find: Callable[[Sequence[Picture]], Sequence[Found]]):
        self.limit, self.find = limit, find
        self._kept: dict[int, tuple[Picture, Found]] = {}                # with the picture, whose id is the key

    def attend(self, pictures: Sequence[Picture]) -> None:
        """Find out about those that are new, at once."""
        if len(self._kept) > self.limit:
            self._kept.clear()
        new = {id(picture): picture for picture in pictures if id(picture) not in self._kept}
        if new:
            self._kept.update({key: (new[key], found) for key, found in zip(new, self.find(list(new.values())))})

    def __getitem__(self, picture: Picture) -> Found:
        if id(picture) not in self._kept:
            self.attend([picture])
        return self._kept[id(picture)][1]
