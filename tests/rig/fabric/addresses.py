"""Addresses that are the same in every sandbox cloud."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, ip_network

# Link-local services of every VPC, as AWS numbers them.
RESOLVER = "169.254.169.253"
METADATA = "169.254.169.254"
TASK_METADATA = "169.254.170.2"

# The next hop of every workload and of every uplink. AWS reserves the link-local block, so nothing collides.
GATEWAY = "169.254.1.1"
UPLINK = "169.254.2.1"
INTERNET = "169.254.2.2"
VPN = "169.254.3.1"
VPN_PEER = "169.254.3.2"

# Where an NLB sends what came through PrivateLink: each target has an address here, so that the VPC's firewall, which
# leads it on to the target's own, can tell it from the NLB's health checks and other clients. No VPC has this block.
PRIVATELINK = ip_network("240.0.0.0/4")

# Real, globally routed blocks: a proxy that refuses private and reserved addresses must let these through.
EXAMPLE_HOSTS = ip_network("93.184.216.0/24")
# A company's own network, behind the virtual private gateway of each VPC that has one.
PREMISES = ip_network("192.168.64.0/24")
VISITOR = "130.176.0.10"  # one of CloudFront's: d7uri8nf7uskq.cloudfront.net/tools/list-cloudfront-ips
AWS_FRONT = "52.119.224.10"
GATEWAY_FRONTS = {"s3": "52.219.0.10", "dynamodb": "52.94.8.10"}
GATEWAY_PREFIXES = {"s3": ("52.219.0.0/16",), "dynamodb": ("52.94.8.0/24",)}


def through_privatelink(address: str) -> str:
    """The private blocks, in which all targets are, differ in what is kept of them."""
    return str(IPv4Address(int(PRIVATELINK.network_address) | int(IPv4Address(address)) & int(PRIVATELINK.hostmask)))


def resolver_of(cidr: str) -> str:
    """The "VPC+2" address: the base of the VPC's first CIDR plus two."""
    network = ip_network(cidr)
    assert isinstance(network, IPv4Network)
    return str(IPv4Address(int(network.network_address) + 2))
