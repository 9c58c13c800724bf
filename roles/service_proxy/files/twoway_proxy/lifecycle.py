"""What Auto Scaling has in mind for this instance, and our word that it may go.

A group with a hook for terminating instances takes one out of its target groups first, waits for these to drain, and
then for the hook, as long as the hook's timeout lets it:
https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from . import journal
from .metadata import metadata

HOOK = "drain"  # as instance_fleet makes it
LOOK_SECONDS = 2.0
_STATE = "autoscaling/target-lifecycle-state"
_Work = Callable[[], Awaitable[None]]


class Lifecycle:
    """`group` is the name of the instance's Auto Scaling group; without one there is nothing to follow."""

    def __init__(self, region: str, group: str) -> None:
        self._region = region
        self._group = group
        self._told = ""
        self._client: Any = None

    async def follow(self, drain: _Work, finish: _Work) -> None:
        """Once the instance is to end: `drain`, then let it go. Never returns.

        The instance does not wait for the hook before it is out of its target groups. Until then somebody new may come,
        whom `finish` waits for.
        """
        if self._group:
            await self._leaving()
            journal.say(logging.INFO, "Auto Scaling takes this instance away")
            await drain()
            while not await self._let_go():
                await asyncio.sleep(LOOK_SECONDS)
                await finish()
            journal.say(logging.INFO, "Auto Scaling may end this instance now")
        await asyncio.Event().wait()

    async def _leaving(self) -> None:
        """The value appears when the instance sets out for that state, before it waits for any hook.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/retrieving-target-lifecycle-state-through-imds.html
        """
        while await metadata(_STATE) != "Terminated":
            await asyncio.sleep(LOOK_SECONDS)

    async def _let_go(self) -> bool:
        instance_id = await metadata("instance-id")
        try:
            await asyncio.to_thread(self._complete, instance_id)
        except (BotoCoreError, ClientError) as problem:
            if str(problem) != self._told:
                journal.say(logging.INFO, f"not yet: {problem}")
            self._told = str(problem)
            return False
        return True

    def _complete(self, instance_id: str | None) -> None:
        self._client = self._client or boto3.client("autoscaling", region_name=self._region)
        self._client.complete_lifecycle_action(
            LifecycleHookName=HOOK,
            AutoScalingGroupName=self._group,
            InstanceId=instance_id,
            LifecycleActionResult="CONTINUE",
        )
