# SPDX-License-Identifier: Apache-2.0
"""Station prims: times by product, set-up, batches, assembly, failures, shifts, power."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..fields import NotBuilt
from ..model import Buffer, Model, Station
from .author import Author
from .products import Products


class Stations:
    """Writes station prims.

    Args:
        author: Writes the stage.
        model: The factory.
        products: Product prims; all that sources make must be there.
        crews: Name -> prim path.
        power: State -> W of each server.
    """

    def __init__(
        self, author: Author, model: Model, *, products: Products, crews: Mapping[str, str], power: Mapping[str, float]
    ) -> None:
        self._author, self._model, self._products, self._crews = author, model, products, crews
        self._power = _power(power)

    def write(self, node: Station, path: str, *, servers: int, buffers: Mapping[str, tuple[str, ...]], **common: Any) -> None:
        """Write one station prim; `common` are the values that every place has."""
        author = self._author
        values: dict[str, Any] = {**common, **self._power}
        author.apply(
            path,
            "Station",
            **values,
            servers=servers,
            processTime=node.process or ("" if node.by_type or node.name in self._products.visited else "0"),
            setupTime=node.setup,
            firstSetup=bool(node.setup) and not node.first_free,
            batchMinimum=node.batch[0],
            batchMaximum=node.batch[1],
            releaseWhenDown=node.release_when_down,
            calendar=self._calendar(node),
            atShiftEnd="finish" if node.finish_current else "suspend",
            noStartWithin=node.no_start_within,
        )
        for i, (kind, time) in enumerate(node.by_type):
            author.apply(path, "Process", f"type{i + 1}", products=self._products.of_type(kind), time=time)
        for i, failure in enumerate(node.failures):
            author.apply(
                path,
                "Failure",
                f"mode{i + 1}",
                clock=failure.clock,
                timeToFailure=failure.time_to_failure,
                timeToRepair=failure.time_to_repair,
                crew=[self._crews[failure.crew]] if failure.crew else [],
                onFailure=failure.on_failure,
                group=failure.group,
                renewsGroup=failure.renews,
            )
        if node.setup:
            self._same_type(path)
        if node.assembly or node.output_type:
            self._assembly(node, path, buffers)

    def _calendar(self, node: Station) -> list[str]:
        if node.shift is None:
            return []
        path = self._author.name("Calendars", node.name)
        self._author.define(path, "Scope")
        self._author.apply(path, "Calendar", windows=node.shift)
        return [path]

    def _same_type(self, path: str) -> None:
        """Products of one type need no set-up between them."""
        for i, kind in enumerate(dict.fromkeys(self._products.types.values())):
            alike = self._products.of_type(kind)
            if len(alike) > 1:
                self._author.apply(path, "Setup", f"same{i + 1}", **{"from": alike, "to": alike, "time": "0"})

    def _assembly(self, node: Station, path: str, buffers: Mapping[str, tuple[str, ...]]) -> None:
        for name, _ in node.inputs:
            buffer = self._model.nodes[name]
            if isinstance(buffer, Buffer) and buffer.capacity == 0:
                raise NotBuilt("Assembly from a buffer without room is not known.", where=f"{node.name}: {name}")
        if not node.assembly and (len(node.inputs) > 1 or node.batch != (1, 1)):
            raise NotBuilt("A change of type at a station with several buffers or with batches is not known.", where=node.name)
        self._author.apply(
            path,
            "Assembly",
            inputs=[p for name, _ in node.inputs for p in buffers[name]],
            quantities=[n for _, n in node.inputs],
            product=[self._products.get(node.output_type)] if node.output_type else [],
        )


def _power(power: Mapping[str, float]) -> dict[str, float]:
    """Return the values of a station; one number stands for waiting and blocked."""
    words = {"busy": "powerBusy", "setup": "powerSetup", "starved": "powerIdle", "down": "powerDown", "off": "powerOff"}
    return {word: power[state] for state, word in words.items() if state in power}
