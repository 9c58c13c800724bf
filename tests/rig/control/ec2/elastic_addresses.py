"""Elastic IP addresses that a kernel routes. moto draws them from 127.0.0.0/8, which never leaves a host."""

from __future__ import annotations

from ipaddress import ip_network

import moto.ec2.models.elastic_ip_addresses

# One of EC2's own blocks in ap-northeast-1 (ip-ranges.amazonaws.com/ip-ranges.json).
BLOCK = ip_network("13.112.0.0/14")


def install() -> None:
    """Addresses in order, from the first again in a new cloud; none is given twice."""
    addresses = BLOCK.hosts()
    moto.ec2.models.elastic_ip_addresses.random_ip = lambda: str(next(addresses))
