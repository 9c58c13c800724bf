"""Endpoint policies as AWS evaluates them: the language by itself, then calls that come through an endpoint."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from rig.control import credentials
from rig.control.endpoint_policies import language

REGION = "ap-northeast-1"
OURS, THEIRS = "222222222222", "333333333333"
ROLE = f"arn:aws:iam::{OURS}:role/shop"
OBJECT = "arn:aws:s3:::mine/key"
CONTEXT = {"aws:PrincipalAccount": OURS, "aws:ResourceAccount": OURS, "aws:PrincipalArn": ROLE}


def decided(*statements: dict, action="s3:GetObject", resource=OBJECT, version="2012-10-17", **context) -> str:
    document = {"Version": version, "Statement": [{"Effect": "Allow", "Principal": "*", **one} for one in statements]}
    principals = {ROLE, f"arn:aws:iam::{OURS}:root"}
    known = {**CONTEXT, **{f"aws:{key}": value for key, value in context.items()}}
    return language.decide(document, principals=principals, action=action, resource=resource, context=known)


ANY = {"Action": "*", "Resource": "*"}


def allows(*statements: dict, **request) -> bool:
    return decided(*statements, **request) == language.ALLOWED


def on(condition: dict, **request) -> bool:
    return allows({**ANY, "Condition": condition}, **request)


def test_what_no_statement_allows_is_refused_and_a_deny_beats_every_allow():
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"""
    assert decided() == language.NOT_ALLOWED
    assert decided(ANY) == language.ALLOWED
    assert decided(ANY, {**ANY, "Effect": "Deny", "Action": "s3:Put*"}) == language.ALLOWED
    assert decided({**ANY, "Effect": "Deny", "Action": "s3:Get*"}, ANY) == language.DENIED
    assert language.decide({"Statement": {"Effect": "Allow", "Principal": "*", **ANY}}, principals=(), action="a:B",
                           resource="*", context={}) == language.ALLOWED  # fmt: skip


@pytest.mark.parametrize(
    ("element", "fits"),
    [
        ({"Action": "s3:GetObject"}, True),
        ({"Action": "S3:getobject"}, True),
        ({"Action": ["logs:*", "s3:Get*"]}, True),
        ({"Action": "s3:GetObjec?"}, True),
        ({"Action": "s3:Get"}, False),
        ({"Action": "ssm:*"}, False),
        ({"NotAction": "s3:Put*"}, True),
        ({"NotAction": ["ssm:*", "s3:*"]}, False),
    ],
)
def test_actions(element, fits):
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html"""
    assert allows({"Resource": "*", **element}) is fits


@pytest.mark.parametrize(
    ("element", "fits"),
    [
        ({"Resource": "*"}, True),
        ({"Resource": "arn:aws:s3:::mine/*"}, True),
        ({"Resource": ["arn:aws:s3:::other/*", "arn:aws:s3:::m?ne/k*"]}, True),
        ({"Resource": "arn:aws:s3:::mine"}, False),
        ({"Resource": "arn:aws:s3:::Mine/*"}, False),
        ({"Resource": "arn:aws:s3:*"}, True),  # the parts left out are asterisks
        ({"Resource": "arn:*mine/key"}, False),  # an asterisk does not reach beyond a colon
        ({"Resource": "arn:aws:ssm:::*"}, False),
        ({"NotResource": "arn:aws:s3:::other/*"}, True),
        ({"NotResource": "arn:aws:s3:::mine/*"}, False),
        ({"Resource": "arn:aws:s3:::${aws:PrincipalAccount}/*"}, False),
    ],
)
def test_resources(element, fits):
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"""
    assert allows({"Action": "*", **element}) is fits


def test_a_resource_with_colons_in_its_last_part():
    group = "arn:aws:logs:r:222222222222:log-group:/twoway/tokyo:log-stream:a"
    assert allows({"Action": "*", "Resource": "arn:aws:logs:r:222222222222:log-group:/twoway/*"}, resource=group)


def test_an_action_without_a_resource_needs_the_asterisk():
    assert not allows({"Action": "*", "Resource": "arn:aws:ecr:*:*:*"}, resource="*")
    assert allows(ANY, resource="*")


@pytest.mark.parametrize(
    ("element", "fits"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": OURS}}, True),
        ({"Principal": {"AWS": f"arn:aws:iam::{OURS}:root"}}, True),
        ({"Principal": {"AWS": [THEIRS, ROLE]}}, True),
        ({"Principal": {"AWS": THEIRS}}, False),
        ({"Principal": {"Service": "ecs-tasks.amazonaws.com"}}, False),
        ({"NotPrincipal": {"AWS": THEIRS}}, True),
        ({"NotPrincipal": {"AWS": OURS}}, False),
    ],
)
def test_principals(element, fits):
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"""
    statement = {"Effect": "Allow", **ANY, **element}
    told = language.decide({"Statement": [statement]}, principals={ROLE, f"arn:aws:iam::{OURS}:root"}, action="s3:A",
                           resource=OBJECT, context={})  # fmt: skip
    assert (told == language.ALLOWED) is fits


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": OURS}}, True),
        ({"StringEquals": {"AWS:principalaccount": OURS}}, True),  # keys in any case of letters
        ({"StringEquals": {"aws:PrincipalAccount": [THEIRS, OURS]}}, True),  # one of its values
        ({"StringEquals": {"aws:PrincipalAccount": THEIRS}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": "2222*"}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": OURS, "aws:ResourceAccount": THEIRS}}, False),  # all keys
        ({"StringEquals": {"aws:PrincipalAccount": OURS}, "Bool": {"aws:x": "true"}}, False),  # all operators
        ({"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}, True),
        ({"StringEquals": {"aws:ResourceAccount": "${aws:NoSuchKey}"}}, False),
        ({"StringEquals": {"aws:ResourceAccount": "${aws:NoSuchKey, '222222222222'}"}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": THEIRS}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": [THEIRS, OURS]}}, False),  # none of its values
        ({"StringLike": {"aws:PrincipalAccount": "2222*"}}, True),
        ({"StringNotLike": {"aws:PrincipalAccount": "2222*"}}, False),
        ({"StringEqualsIgnoreCase": {"aws:PrincipalArn": ROLE.upper()}}, True),
        ({"StringNotEqualsIgnoreCase": {"aws:PrincipalArn": ROLE.upper()}}, False),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OURS}:role/*"}}, True),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{OURS}:role/*"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*"}}, False),  # all six parts
        ({"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{THEIRS}:role/*"}}, True),
        ({"ArnNotEquals": {"aws:PrincipalArn": ROLE}}, False),
    ],
)
def test_conditions(condition, holds):
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
    assert on(condition) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"aws:absent": "a"}}, False),
        ({"StringLike": {"aws:absent": "*"}}, False),
        ({"StringNotEquals": {"aws:absent": "a"}}, True),
        ({"StringNotLike": {"aws:absent": "*"}}, True),
        ({"ArnNotLike": {"aws:absent": "*"}}, True),
        ({"StringEqualsIfExists": {"aws:absent": "a"}}, True),
        ({"StringEqualsIfExists": {"aws:ResourceAccount": THEIRS}}, False),
        ({"StringNotEqualsIfExists": {"aws:ResourceAccount": THEIRS}}, True),
        ({"BoolIfExists": {"aws:absent": "true"}}, True),
        ({"Null": {"aws:absent": "true"}}, True),
        ({"Null": {"aws:absent": "false"}}, False),
        ({"Null": {"aws:ResourceAccount": "false"}}, True),
        ({"ForAllValues:StringEquals": {"aws:absent": "a"}}, True),
        ({"ForAnyValue:StringEquals": {"aws:absent": "a"}}, False),
        ({"ForAllValues:StringLike": {"aws:TagKeys": ["a*", "b"]}}, True),
        ({"ForAllValues:StringLike": {"aws:TagKeys": ["a*"]}}, False),
        ({"ForAnyValue:StringLike": {"aws:TagKeys": ["a*"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["c"]}}, False),
    ],
)
def test_conditions_on_what_the_request_does_not_have_or_has_many_of(condition, holds):
    assert on(condition, TagKeys=["abc", "b"]) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"Bool": {"aws:SecureTransport": True}}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
        ({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}, True),
        ({"IpAddress": {"aws:VpcSourceIp": ["10.1.0.0/16", "10.0.0.7"]}}, True),
        ({"NotIpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}, False),
        ({"NumericLessThan": {"aws:Age": "300"}}, True),
        ({"NumericGreaterThanEquals": {"aws:Age": 300}}, False),
        ({"NumericNotEquals": {"aws:Age": 299}}, False),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, False),
    ],
)
def test_conditions_that_are_not_about_texts(condition, holds):
    given = {"SecureTransport": "true", "VpcSourceIp": "10.0.0.7", "Age": "299", "CurrentTime": "2026-06-01T00:00:00Z"}
    assert on(condition, **given) is holds


def test_variables_are_of_the_newer_version_alone():
    """docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    condition = {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}
    assert on(condition)
    assert not on(condition, version="2008-10-17")


def test_what_a_variable_brings_in_is_no_pattern():
    mine = {"Action": "*", "Resource": "arn:aws:s3:::home/${aws:username}"}
    assert not allows(mine, resource="arn:aws:s3:::home/anybody", username="*")
    assert allows({"Action": "*", "Resource": "arn:aws:s3:::home/${*}"}, resource="arn:aws:s3:::home/*")


def test_an_operator_that_is_not_known_is_told():
    with pytest.raises(language.UnknownElement, match="BinaryEquals"):
        on({"BinaryEquals": {"aws:PrincipalAccount": "QUI="}})


# --- calls that come through an endpoint


PERIMETER = {
    "Statement": [
        {
            **ANY,
            "Effect": "Allow",
            "Principal": "*",
            "Condition": {"StringEquals": {"aws:PrincipalAccount": [OURS], "aws:ResourceAccount": [OURS]}},
        }
    ]
}


class Inside:
    """A VPC of the isolated account with endpoints that carry one policy, and clients behind them."""

    def __init__(self, cloud, policy: dict) -> None:
        self._url, self._ec2 = cloud.url, cloud.client("isolated", "ec2")
        vpc_id = self._ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self._ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
        zone = self._ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
        subnet = self._ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/24", AvailabilityZone=zone)["Subnet"]
        (table,) = self._ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])["RouteTables"]
        self.vpc_id, self.policy = vpc_id, json.dumps(policy)
        made = [
            self._endpoint(service, VpcEndpointType="Interface", SubnetIds=[subnet["SubnetId"]])
            for service in ("ssm", "logs", "ecr.api", "sts", "ec2", "sqs")
        ]
        self.s3 = self._endpoint("s3", VpcEndpointType="Gateway", RouteTableIds=[table["RouteTableId"]])
        self.ids = dict(zip(("ssm", "logs", "ecr", "sts", "ec2", "sqs"), made, strict=True))
        cloud.clock.advance(10)

    def _endpoint(self, service: str, **more) -> str:
        name = f"com.amazonaws.{REGION}.{service}"
        made = self._ec2.create_vpc_endpoint(VpcId=self.vpc_id, ServiceName=name, PolicyDocument=self.policy, **more)
        return made["VpcEndpoint"]["VpcEndpointId"]

    def headers(self, service: str, source: str = "10.0.0.9") -> dict[str, str]:
        """As the front doors of the data plane note them."""
        if service == "s3":
            return {"x-rig-vpc": self.vpc_id, "x-rig-gateway-service": "s3", "x-rig-source": source}
        return {"x-rig-endpoint": self.ids[service], "x-rig-source": source}

    def client(self, service: str, account: str = OURS, source: str = "10.0.0.9"):
        keys = credentials.issue(account, "shop", "a-task")
        client = boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self._url,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.session_token,
            config=Config(retries={"total_max_attempts": 1}),
        )
        noted = self.headers(service, source)
        client.meta.events.register("before-send.*", lambda request, **_: request.headers.update(noted))
        return client


@pytest.fixture
def inside(cloud) -> Inside:
    for account in (OURS, THEIRS):
        keys = credentials.issue(account, "shop", "outside")
        for bucket in (f"bucket-of-{account}",):
            s3 = cloud.client("", "s3", keys)
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
            s3.put_object(Bucket=bucket, Key="key", Body=b"what is in it")
    return Inside(cloud, PERIMETER)


def refused(call, **request) -> tuple[str, str]:
    with pytest.raises(ClientError) as raised:
        call(**request)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


MINE, OTHERS = f"bucket-of-{OURS}", f"bucket-of-{THEIRS}"


def test_the_own_bucket_is_read_and_written(inside):
    s3 = inside.client("s3")
    assert s3.get_object(Bucket=MINE, Key="key")["Body"].read() == b"what is in it"
    s3.put_object(Bucket=MINE, Key="other", Body=b"")
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=MINE)["Contents"]] == ["key", "other"]
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [MINE]


def test_another_accounts_bucket_is_refused_without_a_reason(inside):
    """docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html: across accounts S3 tells none."""
    s3 = inside.client("s3")
    assert refused(s3.get_object, Bucket=OTHERS, Key="key") == ("AccessDenied", "Access Denied")
    assert refused(s3.copy_object, Bucket=MINE, Key="k", CopySource=f"{OTHERS}/key") == (
        "AccessDenied",
        "Access Denied",
    )


def test_keys_of_another_account_get_nowhere(inside):
    code, message = refused(inside.client("s3", THEIRS).put_object, Bucket=OTHERS, Key="loot", Body=b"data")
    assert code == "AccessDenied"
    assert message == (
        f"User: arn:aws:sts::{THEIRS}:assumed-role/shop/a-task is not authorized to perform: s3:PutObject on resource: "
        f'"arn:aws:s3:::{OTHERS}/loot" because no VPC endpoint policy allows the s3:PutObject action'
    )
    code, message = refused(inside.client("ssm", THEIRS).put_parameter, Name="/loot", Value="data", Type="String")
    assert code == "AccessDeniedException"
    assert message == (
        f"User: arn:aws:sts::{THEIRS}:assumed-role/shop/a-task is not authorized to perform: ssm:PutParameter on "
        f"resource: arn:aws:ssm:{REGION}:{THEIRS}:parameter/loot because no VPC endpoint policy allows the "
        "ssm:PutParameter action"
    )
    for service, call in {
        "logs": lambda logs: logs.create_log_group(logGroupName="/loot"),
        "ecr": lambda ecr: ecr.create_repository(repositoryName="loot"),
        "sts": lambda sts: sts.get_caller_identity(),
        "ec2": lambda ec2: ec2.describe_vpcs(),
        "sqs": lambda sqs: sqs.create_queue(QueueName="loot"),
    }.items():
        _code, message = refused(lambda call=call, service=service: call(inside.client(service, THEIRS)))
        assert "because no VPC endpoint policy allows the" in message, service


def test_the_own_account_is_served_by_every_service(inside, cloud):
    inside.client("ssm").put_parameter(Name="/own", Value="1", Type="String")
    assert inside.client("ssm").get_parameters(Names=["/own"])["Parameters"][0]["Value"] == "1"
    inside.client("logs").create_log_group(logGroupName="/own")
    inside.client("ecr").create_repository(repositoryName="own")
    assert inside.client("ecr").get_authorization_token()["authorizationData"]
    assert inside.client("sts").get_caller_identity()["Account"] == OURS
    assert inside.client("ec2").describe_vpcs()["Vpcs"]


@pytest.mark.parametrize(
    ("service", "call", "request_"),
    [
        ("ssm", "get_parameter", {"Name": f"arn:aws:ssm:{REGION}:{THEIRS}:parameter/theirs"}),
        ("ssm", "get_parameters", {"Names": ["/own", f"arn:aws:ssm:{REGION}:{THEIRS}:parameter/theirs"]}),
        ("ecr", "list_images", {"repositoryName": "theirs", "registryId": THEIRS}),
        ("sts", "assume_role", {"RoleArn": f"arn:aws:iam::{THEIRS}:role/theirs", "RoleSessionName": "me"}),
        ("sqs", "send_message", {"QueueUrl": f"https://sqs.x/{THEIRS}/theirs", "MessageBody": "data"}),
    ],
)
def test_own_keys_reach_nothing_of_another_account(inside, service, call, request_):
    _code, message = refused(getattr(inside.client(service), call), **request_)
    assert "because no VPC endpoint policy allows the" in message


def test_a_statement_that_denies_says_so(cloud):
    deny = {"Effect": "Deny", "Principal": "*", "Action": "ssm:Put*", "Resource": "*"}
    guarded = Inside(cloud, {"Statement": [{"Effect": "Allow", "Principal": "*", **ANY}, deny]})
    _code, message = refused(guarded.client("ssm").put_parameter, Name="/a", Value="1", Type="String")
    assert message.endswith("with an explicit deny in a VPC endpoint policy")


def test_elsewhere_in_the_vpc_no_gateway_endpoint_is_on_the_way(inside):
    """A subnet whose route table does not lead to it: the call comes by another way, which has no policy."""
    s3 = inside.client("s3", THEIRS, source="10.9.0.9")
    assert s3.get_object(Bucket=OTHERS, Key="key")["Body"].read() == b"what is in it"


def anonymous(cloud, bucket: str, key: str, headers: dict[str, str], method: str = "GET") -> tuple[int, str]:
    request = urllib.request.Request(f"{cloud.url}/{key}", headers=headers, method=method)
    request.add_header("Host", f"{bucket}.s3.{REGION}.amazonaws.com")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_what_aws_has_open_to_everybody_is_open_but_for_the_policy(cloud, inside):
    open_bucket = f"amazon-ssm-{REGION}"
    status, body = anonymous(cloud, open_bucket, "latest/VERSION", {})
    assert (status, body.strip().count(".")) == (200, 3)
    status, body = anonymous(cloud, open_bucket, "latest/VERSION", inside.headers("s3"))
    assert status == 403
    assert "<Code>AccessDenied</Code><Message>Access Denied</Message>" in body
    assert anonymous(cloud, open_bucket, "latest/VERSION", inside.headers("s3"), "HEAD") == (403, "")
    assert anonymous(cloud, open_bucket, "no/such/key", {})[0] == 403
    assert anonymous(cloud, MINE, "key", {})[0] == 403
