"""Amazon EC2 as AWS answers it where moto's differs: PrivateLink, interfaces, zones, refusals."""

from __future__ import annotations

import moto.ec2.models
import moto.ec2.urls

from rig.control.ec2 import client_tokens, dns_records, elastic_addresses, routes, tagging
from rig.control.ec2.backend import Backend
from rig.control.ec2.response import Response
from rig.control.settings import Settings


def install(settings: Settings) -> None:
    """Put the extension in moto's place, and make every account's default VPC."""
    moto.ec2.models.ec2_backends.backend = Backend
    moto.ec2.urls.url_paths["{0}/"] = Response.dispatch
    elastic_addresses.install()
    routes.install()
    tagging.install()
    client_tokens.reset()
    dns_records.reset()
    for account in settings.accounts:
        moto.ec2.models.ec2_backends[account.id][settings.region]
