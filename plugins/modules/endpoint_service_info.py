#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: endpoint_service_info
short_description: Show the endpoint services of an account, with their principals and connections
version_added: 0.1.0
description:
  - Shows the AWS PrivateLink endpoint services that the account provides.
  - Whatever is given narrows the list. Services of others can be shown, never changed.
author:
  - The twoway.privatelink authors (@twoway)
options:
  name:
    description:
      - Only services with this C(Name) tag.
    type: str
  service_ids:
    description:
      - Only these services. One that does not exist makes the list empty.
    type: list
    elements: str
  tags:
    description:
      - Only services that carry all these tags.
    type: dict
notes:
  - It makes three API calls, each for a thousand items, and one for each service.
extends_documentation_fragment:
  - twoway.privatelink.attributes.info
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.endpoint_connection_info
  - module: twoway.privatelink.endpoint_service
"""

EXAMPLES = r"""
- name: Show what the link publishes
  twoway.privatelink.endpoint_service_info:
    tags:
      privatelink:link: tokyo
  register: published
"""

RETURN = r"""
endpoint_services:
  description: The services, by id.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The C(Name) tag, or null.
      type: str
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
      description: V(Pending), V(Available), V(Deleting), V(Deleted) or V(Failed).
      type: str
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
      description: Which events go to which SNS topic.
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
    connections:
      description: The endpoints connected to it, or that wish to be.
      type: list
      elements: dict
      contains:
        endpoint_id:
          description: The id of the endpoint.
          type: str
          sample: vpce-0123456789abcdef0
        service_id:
          description: The endpoint service it is made to.
          type: str
          sample: vpce-svc-0123456789abcdef0
        connection_id:
          description: The id of the connection, which belongs to the provider and can be tagged by it.
          type: str
          sample: vpce-con-0123456789abcdef0
        state:
          description:
            - V(pendingAcceptance), V(pending), V(available), V(partial), V(rejected), V(failed), V(expired),
              V(deleting) or V(deleted).
          type: str
          sample: available
        owner_id:
          description: The account of the consumer.
          type: str
          sample: "111111111111"
        region:
          description: The region of the endpoint, or null with a botocore before 1.35.70.
          type: str
          sample: ap-northeast-1
        ip_address_type:
          description: V(ipv4), V(ipv6) or V(dualstack).
          type: str
          sample: ipv4
        created:
          description: When it was made, as ISO 8601.
          type: str
          sample: "2026-11-25T10:00:00+00:00"
        payer_responsibility:
          description:
            - Who pays for the endpoint, V(vpc-endpoint-account) or V(vpc-endpoint-service-account).
              Null where AWS does not say, and the rule of the service holds.
          type: str
        load_balancer_arns:
          description: The Network Load Balancers behind it.
          type: list
          elements: str
        gateway_load_balancer_arns:
          description: The Gateway Load Balancers behind it.
          type: list
          elements: str
        dns_names:
          description: The names of the endpoint.
          type: list
          elements: str
        tags:
          description: The tags of the connection. Those of the endpoint are the consumer's, and not shown.
          type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import show
from ansible_collections.twoway.privatelink.plugins.module_utils.endpoint_service.show import show_services

OPTIONS = {
    "name": {"type": "str"},
    "service_ids": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
}


def main() -> None:
    show(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), show_services)


if __name__ == "__main__":
    main()
