"""Whatever lies in SSM, Envoy takes what the agent makes of it: one refused configuration would freeze them all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.proxies.agent_process import SOURCES

sys.path.insert(0, str(SOURCES))
from twoway_proxy.compiled import Compiled  # noqa: E402
from twoway_proxy.envoy.bootstrap import agent_cluster, http_manager, router  # noqa: E402
from twoway_proxy.service.proxy import Proxy  # noqa: E402
from twoway_proxy.settings import Settings  # noqa: E402
from twoway_proxy.sieve import Unusable  # noqa: E402
from unit.proxies.catalogue_texts import good, spoilt  # noqa: E402

ENVOY = Path(sys.executable).with_name("envoy")
AT_ONCE = 40  # catalogues in one run of Envoy


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(spoilt(), min_size=AT_ONCE, max_size=AT_ONCE))
def test_envoy_accepts_every_configuration(tmp_path_factory: Any, catalogues: list[dict[str, str]]) -> None:
    directory = tmp_path_factory.mktemp("envoy")
    own = Settings(proxy="service", link="tokyo", region="ap-northeast-1", run_dir=directory)
    made = [each for texts in catalogues if (each := compiled(own, texts))]
    assert made
    path = directory / "envoy.json"
    path.write_text(json.dumps(together(own, made)))
    command = [str(ENVOY), "--mode", "validate", "-c", str(path), "--log-level", "error"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr[-3000:]


def compiled(own: Settings, texts: dict[str, str]) -> Compiled | None:
    try:
        return Proxy(own).compile(texts, good())
    except Unusable:
        return None


def together(own: Settings, made: list[Compiled]) -> dict[str, Any]:
    """A listener for each, and its clusters under names of their own."""
    listeners, clusters = [], [agent_cluster(own)]
    for number, each in enumerate(made):
        named = json.dumps([each.routes, each.clusters]).replace('"shard-', f'"{number}-shard-')
        (routes,), own_clusters = json.loads(named)
        clusters += own_clusters
        manager = http_manager(f"door-{number}", route_config=routes, http_filters=[router()])
        address = {"socket_address": {"address": "127.0.0.1", "port_value": 20_000 + number}}
        listeners.append({"name": f"door-{number}", "address": address, "filter_chains": [{"filters": [manager]}]})
    return {"static_resources": {"listeners": listeners, "clusters": clusters}}
