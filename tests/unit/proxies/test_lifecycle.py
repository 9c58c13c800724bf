"""The fleet takes an instance away: it drains, and says itself when it may go."""

from __future__ import annotations

import asyncio
from pathlib import Path

from . import instance_metadata
from .door import DOMAIN, Door
from .namespace import own_network
from .way_out import PROFILE, WayOut

STATE = "autoscaling/target-lifecycle-state"
GROUP = "tokyo-proxies"
WORD = {
    "LifecycleHookName": "drain",
    "AutoScalingGroupName": GROUP,
    "InstanceId": "i-0a1b",
    "LifecycleActionResult": "CONTINUE",
}


async def fleet() -> dict[str, str]:
    told = {STATE: "InService", "instance-id": "i-0a1b"}
    await instance_metadata.serve(told)
    return told


async def until(condition, seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


@own_network
async def test_tunnels_finish_before_the_instance_may_go(tmp_path: Path) -> None:
    """It stays healthy all the while: an NLB ends the connections of what is not."""
    async with WayOut(tmp_path, auto_scaling_group=GROUP, drain_seconds=30) as way, way.agent as agent:
        told = await fleet()
        await agent.healthy(PROFILE)
        tunnel = await way.tunnel()
        told[STATE], way.store.waits = "Terminated", True
        await until(lambda: "draining" in agent.log.read_text())
        late = await way.tunnel()
        await asyncio.sleep(2)
        await agent.healthy(PROFILE)
        assert await tunnel.echo(b"still here") == b"still here"
        tunnel.writer.close()
        assert await late.echo(b"and here") == b"and here"
        assert way.store.completed == []
        late.writer.close()
        await until(lambda: way.store.completed)
        assert way.store.completed == [WORD]
        await agent.terminate()
        assert await agent.ended(seconds=3) == 0, "it has drained already"


@own_network
async def test_who_comes_before_the_target_groups_let_go_of_it_is_waited_for(tmp_path: Path) -> None:
    async with WayOut(tmp_path, auto_scaling_group=GROUP, drain_seconds=30) as way, way.agent as agent:
        told = await fleet()
        await agent.healthy(PROFILE)
        told[STATE] = "Terminated"
        await until(lambda: way.store.refused_completions)
        late = await way.tunnel()
        way.store.waits = True
        await asyncio.sleep(3)
        assert way.store.completed == [] and await late.echo(b"late") == b"late"
        late.writer.close()
        await until(lambda: way.store.completed)


@own_network
async def test_it_may_go_when_the_drain_time_is_over(tmp_path: Path) -> None:
    async with WayOut(tmp_path, auto_scaling_group=GROUP, drain_seconds=2) as way, way.agent as agent:
        told = await fleet()
        await agent.healthy(PROFILE)
        stubborn = await way.tunnel()
        told[STATE], way.store.waits = "Terminated", True
        await until(lambda: way.store.completed)
        assert await stubborn.echo(b"until the very end") == b"until the very end"
    assert "drain time is over" in agent.log.read_text()


@own_network
async def test_clients_of_the_door_are_asked_to_come_again(tmp_path: Path) -> None:
    """Each answer says so, and the next connection is somebody else's."""
    async with Door(tmp_path) as door:
        door.agent.settings["auto_scaling_group"] = GROUP
        told = await fleet()
        async with door.agent as agent:
            await agent.healthy()
            await door.until(200)
            told[STATE], door.store.waits = "Terminated", True
            async with asyncio.timeout(15):
                while (await door.ask_fully("/", f"orders.{DOMAIN}"))[2].get("Connection") != "close":
                    await asyncio.sleep(0.05)
            await until(lambda: door.store.completed)
            assert door.store.completed == [WORD]
