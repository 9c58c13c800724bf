"""HAProxy doing what the service proxy does, on an instance of its own: TLS at both ends, SNI and Host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from e2e import link, sandbox

from load.proxies import wrk

PROGRAM = wrk.DEBIAN / "usr/sbin/haproxy"
_USER_DATA = """\
#!/bin/bash
set -eu
mkdir -p /run/haproxy
cat {certificate} {private_key} > /run/haproxy/door.pem
cat > /run/haproxy/haproxy.cfg <<'END'
global
  nbthread 2
  ssl-server-verify required
defaults
  mode http
  timeout connect 3s
  timeout client 340s
  timeout server 55s
  timeout http-keep-alive 340s
  http-reuse always
resolvers vpc
  parse-resolv-conf
frontend door
  bind 0.0.0.0:443 ssl crt /run/haproxy/door.pem alpn h2,http/1.1
  use_backend shard
backend shard
  option httpchk
  http-check send meth GET uri /_link/health ver HTTP/1.1 hdr Host {domain}
  default-server ssl verify required ca-file {ca} sni req.hdr(host) verifyhost {host} alpn http/1.1 pool-max-conn 1000
  server endpoint {endpoint}:443 check check-sni {domain} resolvers vpc init-addr none
END
cat > /etc/systemd/system/haproxy.service <<'END'
[Service]
Environment=LD_LIBRARY_PATH={libraries}
ExecStart={program} -W -db -f /run/haproxy/haproxy.cfg
END
systemctl daemon-reload
systemctl enable --now haproxy
"""


@contextmanager
def instance(host: str, domain: str) -> Iterator[str]:
    """Its address. It stands in the service proxies' group, so the endpoint lets it in."""
    ec2 = sandbox.client("public", "ec2")
    pki = sandbox.facts()["pki"]
    endpoint = link.endpoint("public", "inbound")
    data = _USER_DATA.format(
        **{name: Path(pki[name]) for name in ("ca", "certificate", "private_key")},
        host=host,
        domain=domain,
        endpoint=endpoint["DnsEntries"][0]["DnsName"],
        libraries=wrk.LIBRARIES,
        program=PROGRAM,
    )
    made = ec2.run_instances(
        ImageId="ami-12c6146b",
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=endpoint["SubnetIds"][0],
        SecurityGroupIds=[link.security_group("public", "service-proxy")["GroupId"]],
        UserData=data,
    )["Instances"][0]
    try:
        yield address(ec2, made["InstanceId"])
    finally:
        ec2.terminate_instances(InstanceIds=[made["InstanceId"]])


def address(ec2: Any, instance_id: str) -> str:
    ec2.get_waiter("instance_running").wait(InstanceIds=[instance_id])
    (reservation,) = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    return reservation["Instances"][0]["PrivateIpAddress"]
