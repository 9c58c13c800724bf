"""What a rule rewrites of the requests that it matches: kept and told, not yet served.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
"""

from __future__ import annotations

import copy
from typing import Any

from moto.elbv2.exceptions import ValidationError

_CONFIGS = {"host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig"}
_LONGEST = 1024


def checked(given: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """ "You can add one host header rewrite transform and one URL rewrite transform." """
    transforms = copy.deepcopy([dict(each) for each in given or ()])
    kinds = [each.get("Type") for each in transforms]
    if len(set(kinds)) < len(kinds):
        raise ValidationError("A rule can have one transform of each type")
    for transform, kind in zip(transforms, kinds, strict=True):
        if kind not in _CONFIGS:
            raise ValidationError(f"The transform type '{kind}' is not valid")
        rewrites = transform.get(_CONFIGS[kind], {}).get("Rewrites", [])
        if len(rewrites) != 1:
            raise ValidationError(f"A '{kind}' transform must have one rewrite")
        if any(len(rewrites[0].get(part) or "") > _LONGEST for part in ("Regex", "Replace")):
            raise ValidationError(f"A regular expression or replacement must not exceed {_LONGEST} characters")
    return transforms
