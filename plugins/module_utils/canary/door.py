# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Tells the catalogue at the door where a canary is. PRIVATE to the collection.

It lies in the public side's account, so that takes a connection of its own; without one the door learns of weights when
site.yml runs next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, PrivateLinkError
from ansible_collections.twoway.privatelink.plugins.module_utils._ownership import LINK, NAME, SIDE
from ansible_collections.twoway.privatelink.plugins.module_utils.canary import model as m
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.desired import Place
from ansible_collections.twoway.privatelink.plugins.module_utils.canary_weights.model import percent_of
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog import api
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.model import (
    ROLE,
    ROLE_TAG,
    canary_parameter,
    canary_text,
)


class Door:
    """`ssm` is made when it is first needed; None where nobody has said how to get there."""

    def __init__(self, ssm: Callable[[], Any] | None, place: Place, say: Callable[[str], None]) -> None:
        self._ssm, self._say = ssm, say
        self._name = canary_parameter(place.link or "", place.service or "")
        self._tags = {LINK: place.link or "", SIDE: "public", ROLE_TAG: ROLE, NAME: self._name}
        self._is_ours: bool | None = None

    def tell(self, state: m.State) -> None:
        """What goes wrong here is said, and stops nothing: the page is for people."""
        if self._ssm is None:
            return
        try:
            if state.ended:
                self._forget()
            else:
                self._write(_text(state))
        except PrivateLinkError as error:
            self._say(f"the door was not told: {error.message}")

    def _write(self, text: str) -> None:
        try:
            api.create(self._ssm(), self._name, text, self._tags)
            self._is_ours = True
        except AwsError as error:
            if error.code != api.EXISTS:
                raise
            self._refuse_stranger()
            api.overwrite(self._ssm(), self._name, text)

    def _forget(self) -> None:
        """Nothing where nobody has told anything."""
        if self._owned():
            api.delete(self._ssm(), [self._name])

    def _refuse_stranger(self) -> None:
        if self._is_ours is None and not self._owned():
            raise PrivateLinkError(where=self._name, found="no tags of this link", allowed="a parameter of ours")
        self._is_ours = True

    def _owned(self) -> bool:
        folder = self._name.rpartition("/")[0]
        owner = {key: self._tags[key] for key in (LINK, SIDE)}
        return self._name in api.list_owned(self._ssm(), folder, owner)


def _text(state: m.State) -> str:
    weight = percent_of(state.weights) or 0.0
    return canary_text(version=state.version, weight=round(weight, 1), state=state.phase)
