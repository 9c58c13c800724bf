#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_service
short_description: Publish Network Load Balancers to other VPCs as an endpoint service
version_added: 0.1.0
description:
  - Makes, changes and deletes an AWS PrivateLink endpoint service (VPC endpoint service configuration).
  - The service is known by its C(Name) tag and the C(privatelink:) tags of O(tags). Two that match are an error,
    but with O(state=absent), which deletes all that match.
author:
  - The twoway.privatelink authors (@twoway)
options:
  name:
    description:
      - The C(Name) tag.
    type: str
    required: true
  load_balancer_arns:
    description:
      - The Network Load Balancers to publish. They must exist in the provider's account and region, and each can be
        in one endpoint service only.
      - When not given, those of an existing service are left alone. To make a service one of O(load_balancer_arns)
        and O(gateway_load_balancer_arns) is needed.
      - Give all of them the same listeners, for each network interface of an endpoint keeps to one of them.
      - New ones are added before old ones are removed. AWS refuses to remove one that live connections use
        (C(ExistingVpcEndpointConnections)).
    type: list
    elements: str
    aliases: [network_load_balancer_arns]
  gateway_load_balancer_arns:
    description:
      - The Gateway Load Balancers to publish, instead of Network Load Balancers. What is said of
        O(load_balancer_arns) holds for them too. A service cannot change from the one type to the other.
    type: list
    elements: str
  follow_zones:
    description:
      - Whether the service shall offer every availability zone that its load balancers have.
      - AWS does not do that by itself when a load balancer gains a zone, and can do it some minutes later only. With
        O(wait=true) it is asked again until it does.
      - To compare takes one API call, and the permission C(elasticloadbalancing:DescribeLoadBalancers).
    type: bool
    default: true
  acceptance_required:
    description:
      - Whether each connection must be accepted, see M(twoway.privatelink.endpoint_connection).
    type: bool
    default: true
  supported_ip_address_types:
    description:
      - The address types that endpoints may have. AWS takes V(ipv4) when nothing is said, and wants dual-stack load
        balancers for V(ipv6).
      - When not given, those of an existing service are left alone.
    type: list
    elements: str
    choices: [ipv4, ipv6]
  supported_regions:
    description:
      - The regions from which the service can be reached, exactly these. The service's own is always one of them,
        whether it is named or not, because AWS does not let it be removed.
      - When not given, those of an existing service are left alone. An empty list leaves the service's own.
      - To take a region away does not cut the connections it has.
      - AWS wants the permission C(vpce:AllowMultiRegion) for it, and refuses it for a load balancer whose listener
        has another TCP idle timeout than the default.
      - Needs botocore 1.35.70 or newer.
    type: list
    elements: str
  private_dns_name:
    description:
      - A name that consumers can use instead of the endpoint's own, once its domain is verified. Lowercase; the first
        label may be V(*). An empty string removes it.
      - In every VPC whose endpoint enables it AWS then makes a hidden private hosted zone. It is off unless you say so.
      - When not given, that of an existing service is left alone. Not for Gateway Load Balancers.
    type: str
  verify_private_dns:
    description:
      - Whether to let AWS verify the domain of the private DNS name, when it is not verified yet.
      - The TXT record of RV(endpoint_service.private_dns_verification) must be in public DNS by then. It is known only
        after the name was set, so a run that sets the name does not start the verification; the next one does.
      - With O(wait=true) the outcome is waited for, and a failed verification fails the task.
    type: bool
    default: false
  payer_responsibility:
    description:
      - V(ServiceOwner) makes the provider pay for all endpoints of the service. AWS never takes this back, so
        O(confirm_payer_responsibility) is needed. To pay for single endpoints see
        M(twoway.privatelink.endpoint_connection).
      - When not given it is left as it is.
    type: str
    choices: [ServiceOwner]
  confirm_payer_responsibility:
    description:
      - Confirms a O(payer_responsibility) that the service does not have yet.
    type: bool
    default: false
  allowed_principals:
    description:
      - ARNs of those who may make endpoints, such as V(arn:aws:iam::111111111111:root), or V(*) for everybody.
      - When not given, those of an existing service are left alone. An empty list removes all.
      - To take a principal away does not cut the connections it has, see O(reject_on_principal_removal).
      - With V(*) and O(acceptance_required=false) the service is public.
    type: list
    elements: str
  purge_allowed_principals:
    description:
      - Whether to remove principals that O(allowed_principals) does not hold.
    type: bool
    default: true
  reject_on_principal_removal:
    description:
      - Whether to reject, when principals are removed, the live connections of accounts that no principal admits any
        more. The provider's own account needs no principal, and an organization may admit any account.
    type: bool
    default: false
  connection_notifications:
    description:
      - Which events of the connections go to which SNS topics. The topic's policy must let C(vpce.amazonaws.com)
        publish.
      - When not given, the notifications of an existing service are left alone.
      - AWS gives notifications no tags. Those of a service that is ours are taken to be ours.
    type: list
    elements: dict
    suboptions:
      topic_arn:
        description:
          - The SNS topic, each at most once.
        type: str
        required: true
      events:
        description:
          - The events to tell.
        type: list
        elements: str
        choices: [Accept, Connect, Delete, Reject]
        default: [Accept, Connect, Delete, Reject]
  purge_connection_notifications:
    description:
      - Whether to remove notifications that O(connection_notifications) does not hold.
    type: bool
    default: true
  force:
    description:
      - With O(state=absent), reject live connections first. Without it they are named and the task fails.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the service is available, with all it was asked for, or gone.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 300
notes:
  - A run that finds nothing to do makes three API calls, two with O(follow_zones=false), and one more with
    O(connection_notifications), however many principals, connections and services there are.
  - It needs C(ec2:DescribeVpcEndpointServiceConfigurations), C(ec2:DescribeVpcEndpointServicePermissions),
    C(ec2:CreateVpcEndpointServiceConfiguration), C(ec2:ModifyVpcEndpointServiceConfiguration),
    C(ec2:ModifyVpcEndpointServicePermissions), C(ec2:CreateTags) and C(ec2:DeleteTags);
    C(elasticloadbalancing:DescribeLoadBalancers) with O(follow_zones=true).
  - With O(state=absent) it needs C(ec2:DeleteVpcEndpointServiceConfigurations), C(ec2:DescribeVpcEndpointConnections),
    C(ec2:DescribeVpcEndpointConnectionNotifications) and C(ec2:DeleteVpcEndpointConnectionNotifications);
    C(ec2:RejectVpcEndpointConnections) with O(force=true). O(reject_on_principal_removal) needs to list and reject
    connections, too.
  - O(connection_notifications) needs C(ec2:CreateVpcEndpointConnectionNotification) and
    C(ec2:ModifyVpcEndpointConnectionNotification) besides, O(verify_private_dns)
    C(ec2:StartVpcEndpointServicePrivateDnsVerification), O(payer_responsibility)
    C(ec2:ModifyVpcEndpointServicePayerResponsibility), O(supported_regions) C(vpce:AllowMultiRegion).
  - Errors of AWS come as they are, in RV(failure), such as C(ExistingVpcEndpointConnections) or
    C(InvalidVpcEndpointServiceId.NotFound), see
    U(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html).
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - name: Share your services through AWS PrivateLink
    description: What a provider can configure.
    link: https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html
  - module: twoway.privatelink.endpoint_connection
  - module: twoway.privatelink.endpoint_service_info
  - module: twoway.privatelink.interface_endpoint
  - module: twoway.privatelink.network_load_balancer
"""

EXAMPLES = r"""
- name: Publish a load balancer to one account
  twoway.privatelink.endpoint_service:
    name: tokyo-inbound
    load_balancer_arns:
      - "{{ load_balancer.network_load_balancer.arn }}"
    allowed_principals:
      - arn:aws:iam::111111111111:root
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
  register: published

- name: Give it a name of your own
  twoway.privatelink.endpoint_service:
    name: tokyo-inbound
    private_dns_name: orders.example.com
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
  register: named

- name: Show what to publish in public DNS
  ansible.builtin.debug:
    msg: "{{ named.endpoint_service.private_dns_verification }}"

- name: Verify the name once the record is there
  twoway.privatelink.endpoint_service:
    name: tokyo-inbound
    private_dns_name: orders.example.com
    verify_private_dns: true
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated

- name: Reach it from another region, and hear of whoever connects
  twoway.privatelink.endpoint_service:
    name: tokyo-inbound
    supported_regions: [us-west-2]
    connection_notifications:
      - topic_arn: arn:aws:sns:ap-northeast-1:222222222222:endpoints
        events: [Connect, Delete]
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated

- name: Let nobody in any more, and turn out who is in
  twoway.privatelink.endpoint_service:
    name: tokyo-inbound
    allowed_principals: []
    reject_on_principal_removal: true
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated

- name: Take it away, with the connections it has
  twoway.privatelink.endpoint_service:
    name: tokyo-inbound
    state: absent
    force: true
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
"""

RETURN = r"""
endpoint_service:
  description: The service, or null when it is absent. In check mode what AWS alone decides is null or empty.
  returned: success
  type: dict
  contains:
    name:
      description: The C(Name) tag.
      type: str
      sample: tokyo-inbound
    service_id:
      description: The id of the service.
      type: str
      sample: vpce-svc-0123456789abcdef0
    service_name:
      description: The name that consumers make endpoints to.
      type: str
      sample: com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789abcdef0
    service_type:
      description: V(Interface), or V(GatewayLoadBalancer) for one that publishes Gateway Load Balancers.
      type: str
      sample: Interface
    state:
      description: V(Pending), V(Available), V(Deleting) or V(Failed).
      type: str
      sample: Available
    acceptance_required:
      description: Whether each connection must be accepted.
      type: bool
    load_balancer_arns:
      description: The Network Load Balancers published.
      type: list
      elements: str
    gateway_load_balancer_arns:
      description: The Gateway Load Balancers published.
      type: list
      elements: str
    supported_ip_address_types:
      description: The address types that endpoints may have.
      type: list
      elements: str
      sample: [ipv4]
    supported_regions:
      description: The regions from which it can be reached, its own included.
      type: list
      elements: str
      sample: [ap-northeast-1, us-west-2]
    region_states:
      description:
        - The state of each region, such as V(Pending), V(Available) or V(Failed). One that was removed is V(Closed)
          for as long as connections from there last.
        - Its own alone with a botocore before 1.35.70.
      type: dict
      sample:
        ap-northeast-1: Available
    private_dns_name:
      description: The private DNS name, or null.
      type: str
      sample: orders.example.com
    private_dns_verification:
      description: How far the proof is that the domain of that name is yours, or null without one.
      type: dict
      contains:
        state:
          description: V(pendingVerification), V(verified) or V(failed). Consumers can use the name once it is verified.
          type: str
          sample: pendingVerification
        record_type:
          description: The type of the record to publish in public DNS.
          type: str
          sample: TXT
        record_name:
          description: Its whole name.
          type: str
          sample: _6e86v84tqgqubxbwii1m.orders.example.com
        record_value:
          description: Its value.
          type: str
          sample: vpce:l6p0ERxlTt45jevFwOCp
    payer_responsibility:
      description: V(ServiceOwner) when the provider pays for all endpoints of the service, else null.
      type: str
    allowed_principals:
      description: Who may make endpoints.
      type: list
      elements: str
      sample: ["arn:aws:iam::111111111111:root"]
    connection_notifications:
      description: Which events go to which SNS topic, or null when O(connection_notifications) is not given.
      type: list
      elements: dict
      contains:
        topic_arn:
          description: The SNS topic.
          type: str
          sample: arn:aws:sns:ap-northeast-1:222222222222:endpoints
        events:
          description: The events that are told.
          type: list
          elements: str
          sample: [Accept, Connect, Delete, Reject]
        notification_id:
          description: Its id.
          type: str
          sample: vpce-nfn-0123456789abcdef0
        state:
          description: V(Enabled), or V(Disabled) when AWS cannot reach the topic.
          type: str
          sample: Enabled
    availability_zone_ids:
      description:
        - The ids of the zones in which endpoints can be made.
        - Empty with a botocore that does not know them yet.
      type: list
      elements: str
      sample: [apne1-az1, apne1-az4]
    availability_zones:
      description: The same zones by the names they have in the provider's account.
      type: list
      elements: str
      sample: [ap-northeast-1a, ap-northeast-1c]
    base_endpoint_dns_names:
      description: The domains under which endpoints get their names.
      type: list
      elements: str
    tags:
      description: All tags.
      type: dict
actions:
  description: The changes, in order.
  returned: always
  type: list
  elements: dict
  contains:
    verb:
      description: What is done.
      type: str
      sample: add_principals
    target:
      description: To what.
      type: str
      sample: endpoint service tokyo-inbound
    why:
      description: The difference that asks for it.
      type: str
      sample: "allowed_principals: arn:aws:iam::111111111111:root wanted"
note:
  description: What is still to come, or to be done in public DNS before the private DNS name can be used, else empty.
  returned: success
  type: str
failure:
  description: The error in parts.
  returned: failure
  type: dict
  contains:
    where:
      description: The option, the resource or the call.
      type: str
    found:
      description: What was found there.
      type: str
    allowed:
      description: What is allowed.
      type: str
    remedy:
      description: What to do.
      type: str
    code:
      description: The error code of AWS, when AWS refused a call.
      type: str
      sample: ExistingVpcEndpointConnections
    request_id:
      description: The request id of AWS.
      type: str
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._options import OWNED, awaited
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.model import SERVICE_OWNER
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.notifications import EVENTS
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.subject import (
    EndpointServiceSubject,
)

OPTIONS = {
    "name": {"type": "str", "required": True},
    "load_balancer_arns": {"type": "list", "elements": "str", "aliases": ["network_load_balancer_arns"]},
    "gateway_load_balancer_arns": {"type": "list", "elements": "str"},
    "follow_zones": {"type": "bool", "default": True},
    "acceptance_required": {"type": "bool", "default": True},
    "supported_ip_address_types": {"type": "list", "elements": "str", "choices": ["ipv4", "ipv6"]},
    "supported_regions": {"type": "list", "elements": "str"},
    "private_dns_name": {"type": "str"},
    "verify_private_dns": {"type": "bool", "default": False},
    "payer_responsibility": {"type": "str", "choices": [SERVICE_OWNER]},
    "confirm_payer_responsibility": {"type": "bool", "default": False},
    "allowed_principals": {"type": "list", "elements": "str"},
    "purge_allowed_principals": {"type": "bool", "default": True},
    "reject_on_principal_removal": {"type": "bool", "default": False},
    "connection_notifications": {
        "type": "list",
        "elements": "dict",
        "options": {
            "topic_arn": {"type": "str", "required": True},
            "events": {"type": "list", "elements": "str", "choices": list(EVENTS), "default": list(EVENTS)},
        },
    },
    "purge_connection_notifications": {"type": "bool", "default": True},
    "force": {"type": "bool", "default": False},
    **OWNED,
    **awaited(300),
}
EXCLUSIVE = [("load_balancer_arns", "gateway_load_balancer_arns")]


def main() -> None:
    module = AnsibleAWSModule(argument_spec=OPTIONS, mutually_exclusive=EXCLUSIVE, supports_check_mode=True)
    run(module, EndpointServiceSubject)


if __name__ == "__main__":
    main()
