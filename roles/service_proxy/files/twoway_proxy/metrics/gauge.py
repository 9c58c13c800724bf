"""One figure that a proxy tells of itself, under one name for Prometheus and one for CloudWatch."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """`name` as Prometheus wants it, with its unit last. `value` is None while there is nothing to tell."""

    name: str
    value: float | None
    help: str

    @property
    def title(self) -> str:
        """As CloudWatch writes names: CatalogueAgeSeconds."""
        return "".join(word.capitalize() for word in self.name.split("_"))

    @property
    def unit(self) -> str:
        return "Seconds" if self.name.endswith("_seconds") else "Count"
