"""What a scrape gets: Envoy's own metrics and the agent's, in one answer."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .gauge import Gauge

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "twoway_"


class _Gauges(Collector):
    def __init__(self, tell: Callable[[], Iterable[Gauge]], more: Callable[[], Iterable[Metric]]) -> None:
        self._tell = tell
        self._more = more

    def collect(self) -> Iterator[Metric]:
        for gauge in self._tell():
            if gauge.value is not None:
                yield GaugeMetricFamily(_PREFIX + gauge.name, gauge.help, value=gauge.value)
        yield from self._more()


class Scrape:
    """`more` are families with labels, which CloudWatch would charge for one by one."""

    def __init__(self, tell: Callable[[], Iterable[Gauge]], more: Callable[[], Iterable[Metric]]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Gauges(tell, more))
        ProcessCollector(namespace=f"{_PREFIX}agent", registry=self._registry)

    def text(self, of_envoy: str) -> str:
        return of_envoy.rstrip("\n") + "\n" + generate_latest(self._registry).decode()


def labelled(name: str, help: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, help, labels=[label])
    for of, value in values:
        family.add_metric([of], value)
    return family
