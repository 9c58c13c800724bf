#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: network_load_balancer
short_description: A Network Load Balancer with listeners and target groups, fit for PrivateLink, in one call
version_added: 0.1.0
description:
  - Makes, changes and deletes a Network Load Balancer together with its listeners, their target groups and targets.
  - It can do what the stock modules cannot. It gives security groups at creation, the only time that AWS takes the
    first of them, and says whether they are enforced on PrivateLink traffic.
  - What AWS would refuse half-way is looked at before the first change. That is an Application Load Balancer that is
    not there, stands in another VPC, does not listen on the port or is a target of two Network Load Balancers already,
    and an idle timeout while an endpoint service publishes the load balancer to other regions.
  - What bears the name and lacks the C(privatelink:) tags of O(tags) is an error, and with O(state=absent) left alone.
author:
  - The twoway.privatelink authors (@twoway)
options:
  name:
    description:
      - The name, at most 32 letters, digits and hyphens.
    type: str
    required: true
  scheme:
    description:
      - Whether it has private or public addresses. It cannot be changed.
    type: str
    choices: [internal, internet-facing]
    default: internal
  ip_address_type:
    description:
      - The address types of its listeners.
    type: str
    choices: [ipv4, dualstack]
    default: ipv4
  subnet_ids:
    description:
      - The subnets to serve, one in each availability zone.
      - Zones can be added at any time. An endpoint service that publishes the load balancer does not follow by itself,
        see M(twoway.privatelink.endpoint_service). AWS refuses to take one away while endpoints are connected.
      - A subnet that takes the place of another in its zone comes after that one has gone.
    type: list
    elements: str
  security_group_ids:
    description:
      - Its security groups. One made without any cannot get some later, and the other way round. Such a difference is
        an error that says so, for only another load balancer can mend it.
    type: list
    elements: str
  enforce_privatelink_security_groups:
    description:
      - Whether the inbound rules of its groups apply to traffic that comes through endpoints. If so, the source is the
        consumer's own address, which means nothing where address ranges overlap.
      - AWS enforces by default, this module does not. While it is off, targets must let in what comes through endpoints
        by the addresses of the load balancer's subnets, for a rule that names its group means its health checks and its
        other clients only.
    type: bool
    default: false
  cross_zone:
    description:
      - Whether each zone sends to the targets of all zones.
    type: bool
    default: false
  listeners:
    description:
      - What it listens to, one entry a port.
      - With O(state=absent) give them too, so that target groups left by a run that was killed are found.
    type: list
    elements: dict
    suboptions:
      port:
        description:
          - The port, from 1 to 65535.
        type: int
        required: true
      protocol:
        description:
          - The protocol. Through PrivateLink only TCP passes, and V(TLS), which is TCP to it.
        type: str
        choices: [TCP, TLS, UDP, TCP_UDP]
        default: TCP
      certificate_arns:
        description:
          - Certificates that ACM has, for V(TLS) and required there. The first is shown to who asks for a name that no
            certificate has.
          - They are all of them, others are taken off the listener.
        type: list
        elements: str
      ssl_policy:
        description:
          - Versions and ciphers of TLS, for O(listeners[].protocol=TLS). V(ELBSecurityPolicy-TLS13-1-2-2021-06) when
            not given; AWS's own default still takes TLS 1.0.
        type: str
      alpn_policy:
        description:
          - Which protocols to agree on inside of TLS, for O(listeners[].protocol=TLS). When not given it is left as it
            is.
        type: str
        choices: [HTTP1Only, HTTP2Only, HTTP2Optional, HTTP2Preferred, "None"]
      tcp_idle_timeout:
        description:
          - Seconds from 60 to 6000 that an idle connection is kept, for O(listeners[].protocol=TCP). When not given it
            is left as it is; AWS starts with 350.
          - Refused while an endpoint service publishes the load balancer to other regions, for AWS does not allow both.
          - Needs botocore 1.35.11 or newer.
        type: int
      target_group:
        description:
          - Where it sends. Two listeners may name one target group, if they describe it alike.
        type: dict
        required: true
        suboptions:
          name:
            description:
              - The name, at most 32 letters, digits and hyphens.
            type: str
            required: true
          target_type:
            description:
              - What the targets are. Neither this nor O(listeners[].target_group.port) nor
                O(listeners[].target_group.protocol) can be changed.
            type: str
            choices: [alb, ip, instance]
            default: ip
          port:
            description:
              - The port of the targets. For V(alb) it must be the port of a listener of that load balancer.
            type: int
            required: true
          protocol:
            description:
              - The protocol of the targets. Only V(TCP) with O(listeners[].target_group.target_type=alb).
            type: str
            choices: [TCP, TLS, UDP, TCP_UDP]
            default: TCP
          targets:
            description:
              - The targets. When not given they are left alone, as when an Auto Scaling group registers them.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                  - The ARN of the Application Load Balancer, the address, or the id of the instance.
                type: str
              port:
                description:
                  - The port, when not that of the group.
                type: int
              availability_zone:
                description:
                  - The zone, or V(all) for an address outside of the VPC.
                type: str
          auto_scaling_group:
            description:
              - The name of an Auto Scaling group that registers its instances, instead of
                O(listeners[].target_group.targets). Only with O(listeners[].target_group.target_type=instance).
              - The target group is added to those the Auto Scaling group has and taken out again when it is deleted;
                nothing else of it is changed. Another one that had the target group lets go of it.
              - An Auto Scaling group whose health check type is C(ELB) replaces instances that are unhealthy here.
              - When not given, those that have the target group are left alone.
            type: str
          purge_targets:
            description:
              - Whether to deregister targets that are not in O(listeners[].target_group.targets).
            type: bool
            default: true
          health_check:
            description:
              - How to find out whether a target is healthy. What is not given is left as it is.
            type: dict
            suboptions:
              protocol:
                description:
                  - The protocol. V(HTTP) or V(HTTPS) for V(alb), where AWS takes V(HTTP) when nothing is said; for the
                    others it takes V(TCP).
                type: str
                choices: [TCP, HTTP, HTTPS]
              port:
                description:
                  - A port, or V(traffic-port).
                type: str
              path:
                description:
                  - The path to get.
                type: str
              matcher:
                description:
                  - The answers that are good, such as V(200-399).
                type: str
              interval:
                description:
                  - Seconds from one check to the next.
                type: int
              timeout:
                description:
                  - Seconds to wait for an answer.
                type: int
              healthy_threshold:
                description:
                  - How many good answers make a target healthy.
                type: int
              unhealthy_threshold:
                description:
                  - How many bad answers make it unhealthy.
                type: int
          attributes:
            description:
              - Attributes by AWS's own keys, such as V(proxy_protocol_v2.enabled). Those not given are left alone.
              - Not for V(alb), which has none that can be changed.
            type: dict
  purge_listeners:
    description:
      - Whether to delete listeners that O(listeners) does not hold, and target groups of ours then of no use.
    type: bool
    default: true
  wait:
    description:
      - Whether to wait until the load balancer is active, or gone. Start it with V(false) and call again with V(true),
        and other work can be done in the minutes that AWS takes.
      - An Application Load Balancer that is to become a target is waited for whatever this says.
    type: bool
    default: true
  wait_timeout:
    description:
      - How long to wait, in seconds. For each Application Load Balancer that is to become a target, and is not active
        yet, as long again.
    type: int
    default: 600
  progress_path:
    description: File to append lines of progress to while waiting. The action plugin sets it and shows the lines.
    type: path
notes:
  - A run that finds nothing to do makes five API calls; one more for each target group with
    O(listeners[].target_group.targets), one more for each with O(listeners[].target_group.attributes), one more for
    each listener with O(listeners[].certificate_arns) or O(listeners[].tcp_idle_timeout), and one more when there is
    any O(listeners[].target_group.auto_scaling_group).
  - To read it needs, of C(elasticloadbalancing:), C(DescribeLoadBalancers), C(DescribeLoadBalancerAttributes),
    C(DescribeListeners), C(DescribeListenerAttributes), C(DescribeListenerCertificates), C(DescribeTargetGroups),
    C(DescribeTargetGroupAttributes), C(DescribeTargetHealth) and C(DescribeTags). To change it needs
    C(CreateLoadBalancer), C(SetSubnets), C(SetSecurityGroups), C(SetIpAddressType), C(ModifyLoadBalancerAttributes),
    C(DeleteLoadBalancer), C(CreateListener), C(ModifyListener), C(ModifyListenerAttributes),
    C(AddListenerCertificates), C(RemoveListenerCertificates), C(DeleteListener), C(CreateTargetGroup),
    C(ModifyTargetGroup), C(ModifyTargetGroupAttributes), C(RegisterTargets), C(DeregisterTargets),
    C(DeleteTargetGroup), C(AddTags) and C(RemoveTags).
  - What stands around it is asked for by C(ec2:DescribeSubnets) and C(ec2:DescribeVpcEndpointServiceConfigurations).
    O(listeners[].target_group.auto_scaling_group) needs C(autoscaling:DescribeAutoScalingGroups),
    C(autoscaling:AttachLoadBalancerTargetGroups) and C(autoscaling:DetachLoadBalancerTargetGroups).
extends_documentation_fragment:
  - twoway.privatelink.owned
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.endpoint_service
"""

EXAMPLES = r"""
- name: Put a Network Load Balancer in front of an Application Load Balancer
  twoway.privatelink.network_load_balancer:
    name: tokyo-inbound
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    cross_zone: true
    listeners:
      - port: 443
        target_group:
          name: tokyo-services-1
          target_type: alb
          port: 443
          targets:
            - id: "{{ alb.load_balancer_arn }}"
          health_check:
            protocol: HTTPS
            path: /_link/health
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
  register: load_balancer

- name: Put one in front of proxies that an Auto Scaling group registers
  twoway.privatelink.network_load_balancer:
    name: tokyo-outbound
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    listeners:
      - port: 3128
        target_group:
          name: tokyo-reverse-proxy
          target_type: instance
          port: 3128
          health_check:
            protocol: HTTP
            port: "8080"
            path: /healthz
          attributes:
            proxy_protocol_v2.enabled: true
    tags:
      privatelink:link: tokyo
      privatelink:side: public

- name: End TLS at the load balancer, in front of instances that another team's Auto Scaling group runs
  twoway.privatelink.network_load_balancer:
    name: tokyo-reports
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    listeners:
      - port: 443
        protocol: TLS
        certificate_arns:
          - "{{ certificate_arn }}"
        target_group:
          name: tokyo-reports
          target_type: instance
          port: 8080
          auto_scaling_group: reports
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated

- name: Reach desktops by RDP, on premises too
  twoway.privatelink.network_load_balancer:
    name: tokyo-desktops
    subnet_ids: "{{ subnet_ids }}"
    security_group_ids:
      - "{{ security_group_id }}"
    listeners:
      - port: 3389
        tcp_idle_timeout: 3600
        target_group:
          name: tokyo-desktops
          port: 3389
          targets:
            - id: 10.0.0.20
            - id: 192.168.7.20
              availability_zone: all
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated

- name: Take it away, with its target groups
  twoway.privatelink.network_load_balancer:
    name: tokyo-desktops
    state: absent
    tags:
      privatelink:link: tokyo
      privatelink:side: isolated
"""

RETURN = r"""
network_load_balancer:
  description: The load balancer, or null when it is absent. In check mode what AWS alone decides is null or empty.
  returned: success
  type: dict
  contains:
    name:
      description: The name.
      type: str
    arn:
      description: The ARN.
      type: str
      sample: arn:aws:elasticloadbalancing:ap-northeast-1:222222222222:loadbalancer/net/tokyo-inbound/0123456789abcdef
    dns_name:
      description: Its name in the DNS.
      type: str
      sample: tokyo-inbound-0123456789abcdef.elb.ap-northeast-1.amazonaws.com
    zone_id:
      description: The hosted zone of that name.
      type: str
    vpc_id:
      description: Its VPC.
      type: str
    state:
      description: V(provisioning), V(active), V(active_impaired) or V(failed).
      type: str
    scheme:
      description: V(internal) or V(internet-facing).
      type: str
    ip_address_type:
      description: V(ipv4) or V(dualstack).
      type: str
    subnet_ids:
      description: The subnets it serves.
      type: list
      elements: str
    security_group_ids:
      description: Its security groups.
      type: list
      elements: str
    enforce_privatelink_security_groups:
      description: Whether they apply to traffic through endpoints. Null when it has none.
      type: bool
    cross_zone:
      description: Whether each zone sends to the targets of all zones.
      type: bool
    availability_zones:
      description: The zones it serves.
      type: list
      elements: dict
      contains:
        zone_name:
          description: The name of the zone in this account.
          type: str
        subnet_id:
          description: The subnet there.
          type: str
    listeners:
      description: The listeners, by port.
      type: list
      elements: dict
      contains:
        port:
          description: The port.
          type: int
        protocol:
          description: The protocol.
          type: str
        arn:
          description: The ARN of the listener.
          type: str
        target_group_name:
          description: The name of the target group. Null when it forwards by weights.
          type: str
        target_group_arn:
          description: The ARN of the target group.
          type: str
        certificate_arns:
          description: The certificates, the default one first; that one alone when O(listeners) does not hold the port.
          type: list
          elements: str
        ssl_policy:
          description: Versions and ciphers of TLS. Null when it does not end TLS.
          type: str
        alpn_policy:
          description: Which protocols are agreed on inside of TLS. Null when nobody said.
          type: str
        tcp_idle_timeout:
          description: Seconds that an idle connection is kept. Null when O(listeners[].tcp_idle_timeout) was not given.
          type: int
    target_groups:
      description: The ARNs of the target groups, by name.
      type: dict
    tags:
      description: All tags of the load balancer.
      type: dict
leaving:
  description: Ports of listeners that are there and not listed, as O(purge_listeners=false) left them.
  returned: success
  type: list
  elements: int
actions:
  description: The changes, in order.
  returned: always
  type: list
  elements: dict
  contains:
    verb:
      description: What is done.
      type: str
      sample: create_load_balancer
    target:
      description: To what.
      type: str
      sample: load balancer tokyo-inbound
    why:
      description: The difference that asks for it.
      type: str
      sample: there is none with this name
note:
  description: Why the wait ended before the load balancer was active, else empty.
  returned: success
  type: str
  sample: tokyo-inbound is provisioning
failure:
  description: The error in parts, see M(twoway.privatelink.endpoint_service).
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.options import OPTIONS
from ansible_collections.twoway.privatelink.plugins.module_utils.network_load_balancer.subject import (
    NetworkLoadBalancerSubject,
)


def main() -> None:
    run(AnsibleAWSModule(argument_spec=OPTIONS, supports_check_mode=True), NetworkLoadBalancerSubject)


if __name__ == "__main__":
    main()
