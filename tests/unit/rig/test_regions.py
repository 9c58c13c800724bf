"""The sandbox is the same in every region that botocore knows, whose endpoints say how AWS is called there."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import Any

import boto3
import pytest
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from cryptography import x509
from moto.ec2.models import ec2_backends
from moto.ssm.models import ssm_backends
from rig import regions
from rig.control import snapshot, wire
from rig.control.ec2 import aws_services, zones
from rig.control.lock import lock
from rig.fabric import addresses, orders
from rig.fabric.names import Names
from rig.fabric.workloads import images
from rig.pki import Pki
from rig.world import Workload
from unit.rig.conftest import Cloud

_ENDPOINTS = Loader().load_data("endpoints")
_LISTED = [(one["partition"], one["regions"]) for one in _ENDPOINTS["partitions"]]
_LISTED += [(one["id"], one["regions"]) for one in Loader().load_data("partitions")["partitions"]]
PARTITIONS = {region: partition for partition, named in _LISTED for region in named if not region.endswith("-global")}
REGIONS = sorted(PARTITIONS)
# One of each partition, the example's, the one whose names lack a region, and one that moto knows nothing of.
SOME = sorted({*{PARTITIONS[region]: region for region in REGIONS}.values(), "eu-west-2", "us-east-1", "sa-west-1"})
# What playbooks, proxies and tasks call; by the names that botocore's list of endpoints has.
CALLED = (
    *("acm", "api.ecr", "application-autoscaling", "autoscaling", "ec2", "ecs", "elasticloadbalancing", "iam", "kms"),
    *("logs", "monitoring", "s3", "secretsmanager", "ssm", "sts"),
)

each_region = pytest.mark.parametrize("region", REGIONS)
some_regions = pytest.mark.parametrize("region", SOME)


@pytest.fixture(scope="module")
def presented(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names of the certificate that AWS's front doors present."""
    issued = orders.aws_certificate(Pki(tmp_path_factory.mktemp("pki")))
    leaf = x509.load_pem_x509_certificates(issued.chain_pem.encode())[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return frozenset(names.get_values_for_type(x509.DNSName))


def covered(host: str, presented: frozenset[str]) -> bool:
    """RFC 9525, 6.3: a wildcard is one whole label, the first one."""
    return host in presented or f"*.{host.partition('.')[2]}" in presented


def host_of(service: str, region: str) -> str:
    """Where botocore calls the service from there."""
    return EndpointResolver(_ENDPOINTS).construct_endpoint(service, region)["hostname"]


def suffix_of(region: str) -> str:
    """SSM is in each region of each partition, without a name that is older than regions."""
    return host_of("ssm", region).removeprefix(f"ssm.{region}.")


def used(region: str) -> list[str]:
    """Every host of AWS that playbooks, proxies and tasks in the region speak to."""
    here = f"{region}.{suffix_of(region)}"
    task = Workload(
        id="t",
        kind="task",
        account_id="222222222222",
        region=region,
        interface_id="eni-1",
        image=f"222222222222.dkr.ecr.{here}/shop/orders:1",
        log_group="/shop",
        secrets_from=("secretsmanager", "ssm"),
    )
    called = [host_of(service, region) for service in CALLED]
    pulled = [reach.host for reach in images.reaches(task)]
    return [*called, f"shop-door-111111111111-{region}-an.s3.{here}", f"bucket.{host_of('s3', region)}", *pulled]


def test_no_region_is_left_out():
    assert sorted(regions.EVERYWHERE) == REGIONS
    assert {region: regions.partition_of(region).id for region in REGIONS} == PARTITIONS


@each_region
def test_every_host_leads_to_aws(region: str):
    led = {host: Names({}, {}).resolve("vpc-1", host) for host in used(region)}
    buckets = {host for host in led if host.startswith("s3.") or ".s3." in host}
    assert {host for host, found in led.items() if found == (addresses.GATEWAY_FRONTS["s3"],)} == buckets
    assert {host for host, found in led.items() if found == (addresses.AWS_FRONT,)} == led.keys() - buckets


@each_region
def test_the_certificate_covers_every_host(region: str, presented: frozenset[str]):
    assert [host for host in used(region) if not covered(host, presented)] == []


@each_region
def test_endpoints_answer_for_the_hosts_that_are_called(region: str):
    private = {name for service in aws_services.of_region(region) for name in service.private_dns_names}
    here = f"{region}.{suffix_of(region)}"
    called = {host_of(service, region) for service in ("ecs", "kms", "logs", "monitoring", "secretsmanager", "ssm")}
    assert called | {f"api.ecr.{here}", f"*.dkr.ecr.{here}"} <= private


@each_region
def test_a_task_pulls_from_its_own_region(region: str):
    here = f"{region}.{suffix_of(region)}"
    wanted = {f"api.ecr.{here}", f"222222222222.dkr.ecr.{here}", f"logs.{here}", f"ssm.{here}"}
    assert wanted <= set(used(region))
    assert f"prod-{region}-starport-layer-bucket.s3.{here}" in used(region)


@each_region
def test_an_unsigned_request_tells_its_service(region: str):
    for service in ("ssm", "monitoring", "api.ecr"):
        host = f"{service}.{region}.{suffix_of(region)}"
        assert {wire.service_of_host(host), wire.service_of_host(f"{host}:443")} == {service}


@each_region
def test_both_accounts_have_the_same_zones_under_names_of_the_region(region: str, cloud: Cloud):
    told = [zones.of_account(account.id, region) for account in cloud.settings.accounts]
    ids = [{zone.zone_id for zone in found} for found in told]
    assert ids[0] == ids[1]
    assert len(ids[0]) == len(told[0]) >= 2
    assert all(zone.name.startswith(region) for found in told for zone in found)


def test_no_two_regions_have_a_zone_in_common(cloud: Cloud):
    ids = [zone.zone_id for region in REGIONS for zone in zones.of_account(cloud.account("public").id, region)]
    assert len(ids) == len(set(ids))


@each_region
def test_the_newest_amazon_linux_is_there(region: str, cloud: Cloud):
    owner = cloud.account("public").id
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    newest = ssm_backends[owner][region].get_parameter(name)
    assert newest
    assert ec2_backends[owner][region].describe_images(ami_ids=[newest.value])


@some_regions
def test_a_link_can_be_built_there(region: str, cloud: Cloud):
    """Load balancer, endpoint service and endpoint, with ARNs and names of the region's partition."""
    public, isolated = (cloud.client(account, "ec2", region=region) for account in ("public", "isolated"))
    partition, suffix = PARTITIONS[region], suffix_of(region)
    caller = cloud.client("isolated", "sts", region=region).get_caller_identity()["Arn"]
    assert caller == f"arn:{partition}:iam::222222222222:user/operator"

    balancer = cloud.client("isolated", "elbv2", region=region).create_load_balancer(
        Name="inbound", Type="network", Scheme="internal", Subnets=_network(isolated)[1]
    )["LoadBalancers"][0]
    cloud.clock.advance(600)
    assert balancer["LoadBalancerArn"].startswith(f"arn:{partition}:elasticloadbalancing:{region}:222222222222:")
    assert balancer["DNSName"].endswith(f".elb.{region}.{suffix}")

    service = isolated.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer["LoadBalancerArn"]], AcceptanceRequired=False
    )["ServiceConfiguration"]
    assert service["BaseEndpointDnsNames"] == [f"{service['ServiceId']}.{region}.vpce.{suffix}"]
    consumer = cloud.client("public", "sts", region=region).get_caller_identity()["Arn"]
    isolated.modify_vpc_endpoint_service_permissions(ServiceId=service["ServiceId"], AddAllowedPrincipals=[consumer])

    vpc, subnets = _network(public)
    made = public.create_vpc_endpoint(
        VpcEndpointType="Interface", VpcId=vpc, ServiceName=service["ServiceName"], SubnetIds=subnets
    )["VpcEndpoint"]
    cloud.clock.advance(600)
    endpoint = public.describe_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])["VpcEndpoints"][0]
    assert endpoint["State"] == "available"
    assert all(entry["DnsName"].endswith(f".{region}.vpce.{suffix}") for entry in endpoint["DnsEntries"])


@some_regions
def test_a_task_there_is_its_role(region: str, cloud: Cloud):
    """Roles are of a partition, and what the metadata service hands out must let a task into the region's APIs."""
    partition = PARTITIONS[region]
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam = cloud.client("isolated", "iam", region=region)
    role = iam.create_role(RoleName="task", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    assert role == f"arn:{partition}:iam::222222222222:role/task"
    iam.attach_role_policy(RoleName="task", PolicyArn=f"arn:{partition}:iam::aws:policy/ReadOnlyAccess")
    ecs = cloud.client("isolated", "ecs", region=region)
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="orders",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        taskRoleArn=role,
        containerDefinitions=[{"name": "orders", "image": "orders:1"}],
    )
    subnets = _network(cloud.client("isolated", "ec2", region=region))[1]
    ecs.run_task(
        cluster="shop",
        taskDefinition="orders",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
    )
    cloud.clock.advance(60)
    with lock:
        (task,) = (one for one in snapshot.world().workloads if one.kind == "task")
    assert task.credentials
    sts = boto3.client(
        "sts",
        region_name=region,
        endpoint_url=cloud.url,
        aws_access_key_id=task.credentials.access_key,
        aws_secret_access_key=task.credentials.secret_key,
        aws_session_token=task.credentials.session_token,
    )
    assert sts.get_caller_identity()["Arn"].startswith(f"arn:{partition}:sts::222222222222:assumed-role/task/")


def _network(ec2: Any) -> tuple[str, list[str]]:
    """A VPC, and its subnets in two zones."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    listed = sorted(ec2.describe_availability_zones()["AvailabilityZones"], key=itemgetter("ZoneId"))
    cut = [{"CidrBlock": f"10.0.{n}.0/24", "AvailabilityZone": zone["ZoneName"]} for n, zone in enumerate(listed[:2])]
    return vpc, [ec2.create_subnet(VpcId=vpc, **each)["Subnet"]["SubnetId"] for each in cut]
