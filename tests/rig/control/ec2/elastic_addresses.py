"""Public addresses that a kernel routes. moto draws them from 127.0.0.0/8, which never leaves a host."""

from __future__ import annotations

from ipaddress import ip_network

import moto.ec2.models.elastic_ip_addresses
import moto.ec2.models.elastic_network_interfaces

# One of EC2's own blocks in ap-northeast-1 (ip-ranges.amazonaws.com/ip-ranges.json).
BLOCK = ip_network("13.112.0.0/14")

_addresses = BLOCK.hosts()


def install() -> None:
    """Addresses in order, from the first again in a new cloud; none is given twice."""
    global _addresses
    _addresses = BLOCK.hosts()
    moto.ec2.models.elastic_ip_addresses.random_ip = new
    moto.ec2.models.elastic_network_interfaces.random_public_ip = new


def new() -> str:
    return str(next(_addresses))
