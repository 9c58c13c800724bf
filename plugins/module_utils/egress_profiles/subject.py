# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The egress profiles as the runner sees them. PRIVATE to the collection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.twoway.privatelink.plugins.module_utils._aws import Connect
from ansible_collections.twoway.privatelink.plugins.module_utils.egress_profiles.model import desired
from ansible_collections.twoway.privatelink.plugins.module_utils.service_catalog.subject import ParametersSubject


def egress_profiles(params: Mapping[str, Any], connect: Connect) -> ParametersSubject:
    return ParametersSubject(desired(params), connect, noun="egress_profiles")
