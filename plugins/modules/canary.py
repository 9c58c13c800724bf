#!/usr/bin/python
# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: canary
short_description: Ship a new version of a service step by step, on evidence
version_added: 0.1.0
description:
  - Walks a plan. It makes the canary's tasks, gives them a growing share of the requests, looks at CloudWatch at each
    step, rolls back when the canary is worse than it may be, and in the end makes its version stable's.
  - Where a plan is lies in Parameter Store, below C(/twoway/<link>/canary/<service>), and is written down before it is
    done. Whoever is killed calls the module again, and it goes on from there, or goes back.
  - One walks at a time. A lock that its holder does not renew ends by itself. V(pause) and V(rollback) do not wait for
    it. Its holder is told, and obeys at once.
  - The task fails when a plan ends otherwise than was asked for, paused or rolled back. RV(failure) has where it is.
author:
  - The twoway.privatelink authors (@twoway)
options:
  link:
    description:
      - The name of the link.
    type: str
    required: true
  side:
    description:
      - The side that runs the service.
    type: str
    choices: [isolated, public]
    default: isolated
  cluster:
    description:
      - The ECS cluster. By default it is called as the link is.
    type: str
  service:
    description:
      - The service, which M(twoway.privatelink.ecs_services) has made.
    type: str
    required: true
  action:
    description:
      - V(start) makes the canary's tasks and gives them the share of the first step.
      - V(analyse) waits until a step is proved to be good.
      - V(step) proves the step, and moves to the next.
      - V(run) does all that is left, up to the promotion or to the next gate. Once more for what has ended well it does
        nothing.
      - V(pause) stops, and leaves the weights as they are.
      - V(promote) proves the last step, makes the canary's version stable's, and drains the canary.
      - V(rollback) gives stable all requests, and then undoes everything else.
    type: str
    choices: [start, analyse, step, run, pause, promote, rollback]
    required: true
  image:
    description:
      - What to try. Without it and O(version) it is what the canary of the service's entry runs.
    type: str
  version:
    description:
      - What to try, as the tag of the image that stable runs. A text, in quotes where YAML would read a number.
    type: raw
  plan:
    description:
      - How to go about it. It is written down when a plan begins, and later calls go by what was written down.
    type: dict
    suboptions:
      weights:
        description:
          - The canary's share of the requests at each step, in per cent, growing, with V(100) as the last. V(5), V(25),
            V(50) and V(100) where nothing is given.
        type: list
        elements: float
      steps:
        description:
          - The same, where steps differ in more than their share.
        type: list
        elements: dict
        suboptions:
          weight:
            description:
              - The canary's share in per cent, to a tenth.
            type: float
            required: true
          bake:
            description:
              - As O(plan.bake), for this step.
            type: int
          timeout:
            description:
              - As O(plan.timeout), for this step.
            type: int
          gate:
            description:
              - Whether somebody has to say, with V(step) or V(promote), that it goes on after this step.
            type: bool
            default: false
          checks:
            description:
              - As O(plan.checks), for this step.
            type: list
            elements: dict
      bake:
        description:
          - How many seconds a step is looked at before it can have passed.
        type: int
        default: 300
      timeout:
        description:
          - How many seconds more it may take until its checks have passed. Then the plan is paused, for nobody knows.
        type: int
        default: 600
      gate:
        description:
          - Whether each step has a gate.
        type: bool
        default: false
      checks:
        description:
          - What a step must pass, as O(twoway.privatelink.canary_analysis#module:checks). One that fails rolls back at
            the next look. An empty list asks for nothing.
          - By default the rate of errors must be below 2 % and not twice that of stable, and the 95th percentile of
            latency not half as much again as stable's.
        type: list
        elements: dict
      abort_on:
        description:
          - What rolls back at once, whatever the step's checks say, up to the promotion. The same as O(plan.checks).
          - A condition that cannot be read lets no step pass. An alarm that does not exist is refused before the plan
            begins, here and in O(plan.checks).
          - By default a tenth of all requests that fail.
        type: list
        elements: dict
      interval:
        description:
          - How many seconds between two looks.
        type: int
        default: 30
      window:
        description:
          - As O(twoway.privatelink.canary_analysis#module:window).
        type: int
        default: 300
      ignore_last:
        description:
          - As O(twoway.privatelink.canary_analysis#module:ignore_last).
        type: int
        default: 120
      min_healthy:
        description:
          - How many healthy tasks the canary needs before it gets requests.
        type: int
        default: 1
      scale:
        description:
          - Whether the canary gets as many tasks as stable has for the same share of the requests.
        type: bool
        default: true
      start_timeout:
        description:
          - How many seconds tasks may take until they are healthy.
        type: int
        default: 600
      settle:
        description:
          - How many seconds after its last request the canary drains, for not all nodes of a load balancer learn of
            weights at the same moment.
        type: int
        default: 30
  weights:
    description:
      - Stands for the steps of O(plan).
    type: list
    elements: float
  bake:
    description:
      - Stands for O(plan.bake).
    type: int
  force:
    description:
      - Goes on without proof, though never against it. V(promote) may leave out steps.
      - With V(rollback) stable keeps what it runs, for what it ran before may be gone.
    type: bool
    default: false
  by:
    description:
      - Who says so, for the history. By default the user and the host that the module runs on.
    type: str
  reason:
    description:
      - Why, for the history.
    type: str
  ticket:
    description:
      - What the plan belongs to, such as the number of a workflow. A plan keeps the one that it has begun with.
      - Whoever names another one is refused, so that nobody lets on or rolls back what somebody else has begun since.
        Without it nobody is.
    type: str
  lock_seconds:
    description:
      - After how many seconds of silence the holder of the lock counts as dead, V(3) to V(900).
    type: int
    default: 60
  webhooks:
    description:
      - Who is asked whether the plan may go on, or told what has happened, with a POST of JSON.
    type: list
    elements: dict
    suboptions:
      url:
        description:
          - Where to. It begins with C(https://), and may be a secret, as those of chats are. It is never shown.
        type: str
        required: true
      events:
        description:
          - V(before_step), V(after_step) and V(before_promotion) ask, and hold the plan up until they are answered with
            2XX. The others tell, and what becomes of them does not matter.
        type: list
        elements: str
        choices:
          - before_step
          - after_step
          - before_promotion
          - started
          - moved
          - waiting
          - paused
          - returning
          - rolling_back
          - promoted
          - rolled_back
        required: true
      headers:
        description:
          - Headers to send, such as a token. They are never written down.
        type: dict
      timeout:
        description:
          - How many seconds one try may take, at most half of O(lock_seconds).
        type: int
        default: 10
      tries:
        description:
          - How often to try.
        type: int
        default: 3
      on_failure:
        description:
          - What becomes of the plan when an event that asks is not answered with 2XX.
        type: str
        choices: [pause, rollback, ignore]
        default: pause
      ca_path:
        description:
          - A file of certificates of the CAs to trust, instead of the system's.
        type: path
  topic_arn:
    description:
      - A standard SNS topic that is told what has happened, as the webhooks are.
    type: str
  door:
    description:
      - How to connect to the public side, whose catalogue shows the canary. Without it the catalogue learns of weights
        when M(twoway.privatelink.service_catalog) is run next.
    type: dict
    suboptions:
      region:
        description: As O(region).
        type: str
      endpoint_url:
        description: As O(endpoint_url).
        type: str
      access_key:
        description: As O(access_key).
        type: str
      secret_key:
        description: As O(secret_key).
        type: str
      session_token:
        description: As O(session_token).
        type: str
      profile:
        description: As O(profile).
        type: str
      validate_certs:
        description: As O(validate_certs).
        type: bool
        default: true
      aws_ca_bundle:
        description: As O(aws_ca_bundle).
        type: path
      aws_config:
        description: As O(aws_config).
        type: dict
  progress_path:
    description:
      - A file that a line is appended to for each move. The action plugin shows them as they come.
    type: path
notes:
  - In check mode it says where the plan would be if all goes well, and writes nothing.
  - A look takes four to seven API calls, one of them for all metrics.
  - Needs what M(twoway.privatelink.canary_weights) and M(twoway.privatelink.canary_analysis) need, and below its path
    C(ssm:GetParameter), C(GetParametersByPath), C(PutParameter), C(AddTagsToResource), C(DeleteParameters) and
    C(DescribeParameters), further C(ecs:DescribeServices), C(DescribeTaskDefinition), C(RegisterTaskDefinition),
    C(CreateService), C(UpdateService), C(DeleteService), C(TagResource), C(ListTasks), C(DescribeTasks),
    C(iam:PassRole), C(elasticloadbalancing:CreateTargetGroup), C(ModifyTargetGroupAttributes), C(AddTags), and
    C(sns:Publish) for O(topic_arn).
extends_documentation_fragment:
  - twoway.privatelink.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
seealso:
  - module: twoway.privatelink.canary_info
  - module: twoway.privatelink.canary_weights
  - module: twoway.privatelink.canary_analysis
  - module: twoway.privatelink.ecs_services
"""

EXAMPLES = r"""
- name: Ship 1.5.0, as far as it is good
  twoway.privatelink.canary:
    link: tokyo
    service: orders
    action: run
    version: 1.5.0

- name: Try it with a hundredth, and let somebody decide
  twoway.privatelink.canary:
    link: tokyo
    service: orders
    action: run
    version: 1.5.0
    reason: CHG-4711
    topic_arn: arn:aws:sns:ap-northeast-1:222222222222:releases
    plan:
      steps:
        - weight: 1
          bake: 900
          gate: true
        - weight: 25
        - weight: 100
      checks:
        - metric: error_rate
          max: 1
        - metric: latency
          statistic: p99
          max_ratio: 1.2
      abort_on:
        - alarm: orders-is-down

- name: Go back, whoever is at it
  twoway.privatelink.canary:
    link: tokyo
    service: orders
    action: rollback
    reason: customers complain
"""

RETURN = r"""
canary:
  description: Where the plan is. In check mode, where it would be if all goes well.
  returned: success
  type: dict
  contains:
    link:
      description: The link.
      type: str
      sample: tokyo
    side:
      description: The side that runs the service.
      type: str
      sample: isolated
    service:
      description: The service.
      type: str
      sample: orders
    plan:
      description: The number of the plan, counted for each service.
      type: int
    image:
      description: What is tried.
      type: str
    version:
      description: Its tag.
      type: str
      sample: 1.5.0
    replaces:
      description: The image that stable ran when the plan began.
      type: str
    phase:
      description:
        - V(preparing), V(moving), V(baking), V(waiting), V(paused), V(promoting), V(returning), V(rolling_back),
          V(promoted) or V(rolled_back).
      type: str
      sample: baking
    step:
      description: The number of the step, from 1.
      type: int
    steps:
      description: The canary's share at each step, in per cent.
      type: list
      elements: float
      sample: [5.0, 25.0, 50.0, 100.0]
    weights:
      description: The weights that the plan has set last.
      type: dict
      sample: {"stable": 95, "canary": 5}
    canary_percent:
      description: The canary's share by them.
      type: float
      sample: 5.0
    since:
      description: When the phase began.
      type: str
    by:
      description: Who has brought it there.
      type: str
      sample: alice
    why:
      description: What has brought it there.
      type: str
    reason:
      description: What somebody gave as the reason.
      type: str
    ticket:
      description: What the plan belongs to, if anything.
      type: str
    verdict:
      description: What CloudWatch said last, with the numbers, or null.
      type: dict
actions:
  description: What was asked for, or nothing where it is so already.
  returned: always
  type: list
  elements: dict
note:
  description: Where the plan is, in words.
  returned: success
  type: str
failure:
  description:
    - The error in parts, see M(twoway.privatelink.endpoint_service). With RV(canary) where the plan went another way
      than was asked for.
  returned: failure
  type: dict
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.twoway.privatelink.plugins.module_utils._runner import run
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.elsewhere import door_of
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.options import MUTUALLY_EXCLUSIVE, OPTIONS
from ansible_collections.twoway.privatelink.plugins.module_utils.canary.subject import CanaryPlanSubject


def main() -> None:
    module = AnsibleAWSModule(argument_spec=OPTIONS, mutually_exclusive=MUTUALLY_EXCLUSIVE, supports_check_mode=True)
    run(module, lambda params, connect: CanaryPlanSubject(params, connect, door_of(params)))


if __name__ == "__main__":
    main()
