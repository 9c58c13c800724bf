"""Limits and pages of Parameter Store that moto does not know, and the cloud's own time for what was written when.

https://docs.aws.amazon.com/general/latest/gr/ssm.html (Parameter Store quotas)
"""

from __future__ import annotations

from datetime import UTC, datetime

import moto.ssm.models
import moto.ssm.urls
from moto.core.responses import ActionResult
from moto.ssm.exceptions import ValidationException
from moto.ssm.responses import SimpleSystemManagerResponse

from rig.control import clock
from rig.control.settings import Settings

STANDARD_CHARACTERS, ADVANCED_CHARACTERS = 4096, 8192
NAMES_PER_CALL = 10
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
DESCRIBED_AT_MOST, DESCRIBED_UNASKED = 50, 10  # the second is moto's: AWS's page tells none


class Response(SimpleSystemManagerResponse):
    def put_parameter(self) -> ActionResult:
        value, tier = self._get_param("Value") or "", self._get_param("Tier") or "Standard"
        if tier == "Standard" and len(value) > STANDARD_CHARACTERS:
            raise ValidationException(
                f"Standard tier parameters support a maximum parameter value of {STANDARD_CHARACTERS} characters. To "
                "create a larger parameter value, upgrade the parameter to use the advanced-parameter tier."
            )
        if len(value) > ADVANCED_CHARACTERS:
            raise ValidationException(
                f"Advanced tier parameters support a maximum parameter value of {ADVANCED_CHARACTERS} characters."
            )
        return super().put_parameter()

    def describe_parameters(self) -> ActionResult:
        """As many at once as were asked for; moto gives ten, whatever was."""
        most = int(self._get_param("MaxResults") or DESCRIBED_UNASKED)
        if not 1 <= most <= DESCRIBED_AT_MOST:
            raise ValidationException(
                f"1 validation error detected: Value '{most}' at 'maxResults' failed to satisfy constraint: "
                f"Member must have value less than or equal to {DESCRIBED_AT_MOST}"
            )
        filters = self._get_param("Filters"), self._get_param("ParameterFilters")
        found = self.ssm_backend.describe_parameters(*filters)
        start = int((self._get_param("NextToken") or "").strip() or 0)
        answer = {"Parameters": [one.describe_response_object(False) for one in found[start : start + most]]}
        if start + most < len(found):
            answer["NextToken"] = str(start + most)
        return ActionResult(answer)

    def get_parameters(self) -> ActionResult:
        self._require_few_names()
        return super().get_parameters()

    def delete_parameters(self) -> ActionResult:
        self._require_few_names()
        return super().delete_parameters()

    def _require_few_names(self) -> None:
        names = self._get_param("Names")
        if len(names) > NAMES_PER_CALL:
            raise ValidationException(
                f"1 validation error detected: Value '{names}' at 'names' failed to satisfy constraint: "
                f"Member must have length less than or equal to {NAMES_PER_CALL}"
            )


def install(_settings: Settings) -> None:
    moto.ssm.urls.url_paths["{0}/$"] = Response.dispatch
    moto.ssm.models.utcnow = lambda: datetime.fromtimestamp(clock.wall(), UTC).replace(tzinfo=None)
