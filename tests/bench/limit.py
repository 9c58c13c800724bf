"""The limit: the same work by plain boto3 in 16 threads, with no call too many and no question asked twice.

`python -m bench.limit PHASE FILE`; FILE is JSON: {"ground": where services run, "services": the list, "before": the
list as the last phase left it, "client": what boto3.client takes}. It knows beforehand what has changed, remembers
nothing and checks nothing: no tool that has to find out can be faster. A no-op reads what the calls that tell much at
once tell, and compares it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

WORKERS = 16
VARIANTS = ("stable", "canary")
Entry = dict[str, Any]


class Limit:
    def __init__(self, given: dict[str, Any]) -> None:
        self.ground = given["ground"]
        self.link = self.ground["link"]
        self.services = {entry["name"]: entry for entry in given["services"]}
        self.before = {entry["name"]: entry for entry in given["before"]}
        config = Config(max_pool_connections=WORKERS, retries={"mode": "adaptive", "max_attempts": 20})
        session = boto3.Session()
        self.elb, self.ecs, self.logs = (
            session.client(name, config=config, **given["client"]) for name in ("elbv2", "ecs", "logs")
        )
        self.pool = ThreadPoolExecutor(WORKERS)

    def each(self, work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
        return list(self.pool.map(work, items))

    def create(self) -> None:
        self.each(self._create, enumerate(self.services.values()))
        self._until_steady(self.services)

    def add(self) -> None:
        new = [(index, entry) for index, (name, entry) in enumerate(self.services.items()) if name not in self.before]
        self.each(self._create, new)
        self._until_steady([entry["name"] for _index, entry in new])

    def change(self) -> None:
        other = [entry for name, entry in self.services.items() if entry != self.before[name]]
        self.each(self._change, other)
        self._until_steady([entry["name"] for entry in other])

    def remove(self) -> None:
        self.each(self._remove, self.before.keys() - self.services.keys())

    def noop(self) -> None:
        """Whether everything is there, by the calls that tell much at once, tags included."""
        looks = {"groups": self._groups, "rules": self._rules, "services": self._services, "logs": self._logs}
        with ThreadPoolExecutor(len(looks)) as pool:
            found = dict(zip(looks, pool.map(lambda look: look(), looks.values()), strict=True))
        pairs = set(self._ecs_names(self.services))
        wanted = {"groups": pairs, "services": pairs, "rules": set(self.services), "logs": set(self.services)}
        for kind, names in wanted.items():
            if found[kind] != names:
                sys.exit(f"{kind}: {len(found[kind] ^ names)} not as wanted")

    def _groups(self) -> set[str]:
        groups = self._pages(self.elb.describe_target_groups, "TargetGroups", PageSize=400)
        tags = self._tags([group["TargetGroupArn"] for group in groups])
        return {group["TargetGroupName"] for group in groups if tags[group["TargetGroupArn"]]}

    def _rules(self) -> set[str]:
        listeners = [shard["listener_arn"] for shard in self.ground["shards"]]
        answers = self.each(lambda arn: self.elb.describe_rules(ListenerArn=arn, PageSize=400)["Rules"], listeners)
        tags = self._tags([rule["RuleArn"] for rules in answers for rule in rules if not rule["IsDefault"]])
        return {tag["Value"] for told in tags.values() for tag in told if tag["Key"] == "service"}

    def _services(self) -> set[str]:
        arns = self._pages(self.ecs.list_services, "serviceArns", cluster=self.ground["cluster"], maxResults=100)
        return {service["serviceName"] for service in self._described(arns) if service["tags"]}

    def _logs(self) -> set[str]:
        prefix = f"/twoway/{self.link}/services/"
        groups = self._pages(self.logs.describe_log_groups, "logGroups", logGroupNamePrefix=prefix, limit=50)
        return {group["logGroupName"].removeprefix(prefix) for group in groups if group["retentionInDays"] == 30}

    def _pages(self, call: Any, key: str, **request: Any) -> list[Any]:
        """All of them. ELB says Marker where the others say nextToken."""
        found: list[Any] = []
        while True:
            answer = call(**request)
            found += answer[key]
            if answer.get("NextMarker"):
                request["Marker"] = answer["NextMarker"]
            elif answer.get("nextToken"):
                request["nextToken"] = answer["nextToken"]
            else:
                return found

    def _create(self, numbered: tuple[int, Entry]) -> None:
        index, entry = numbered
        name, log = entry["name"], f"/twoway/{self.link}/services/{entry['name']}"
        shard = self.ground["shards"][index // 50 % len(self.ground["shards"])]
        self.logs.create_log_group(logGroupName=log, tags={"service": name})
        self.logs.put_retention_policy(logGroupName=log, retentionInDays=30)
        groups = {variant: self._group(entry, variant) for variant in VARIANTS}
        weights = {"stable": 100 - entry["canary"]["weight"], "canary": entry["canary"]["weight"]}
        self.elb.create_rule(
            ListenerArn=shard["listener_arn"],
            Priority=1000 + index,
            Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [self._host(name)]}}],
            Actions=[
                {
                    "Type": "forward",
                    "ForwardConfig": {
                        "TargetGroups": [
                            {"TargetGroupArn": groups[variant], "Weight": weights[variant]} for variant in VARIANTS
                        ]
                    },
                }
            ],
            Tags=[{"Key": "service", "Value": name}],
        )
        for variant in VARIANTS:
            definition = self._register(entry, variant)
            self._service(entry, variant, definition, groups[variant])

    def _host(self, name: str) -> str:
        return f"{name}.{self.ground['link_domain']}"

    def _group(self, entry: Entry, variant: str) -> str:
        made = self.elb.create_target_group(
            Name=f"{self.link}-{entry['name']}-{variant}",
            TargetType="ip",
            Protocol="HTTPS",
            Port=entry["port"],
            VpcId=self.ground["vpc_id"],
            HealthCheckPath="/healthz",
            Tags=[{"Key": "service", "Value": entry["name"]}],
        )
        return made["TargetGroups"][0]["TargetGroupArn"]

    def _register(self, entry: Entry, variant: str) -> str:
        image = entry["image"] if variant == "stable" else entry["canary"]["image"]
        log = {"awslogs-group": f"/twoway/{self.link}/services/{entry['name']}", "awslogs-region": self._region}
        container = {
            "name": entry["name"],
            "image": image,
            "essential": True,
            "portMappings": [{"containerPort": entry["port"]}],
            "logConfiguration": {"logDriver": "awslogs", "options": {**log, "awslogs-stream-prefix": variant}},
        }
        made = self.ecs.register_task_definition(
            family=f"{self.link}-{entry['name']}-{variant}",
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            executionRoleArn=self.ground["execution_role_arn"],
            containerDefinitions=[container],
        )
        return made["taskDefinition"]["taskDefinitionArn"]

    @property
    def _region(self) -> str:
        return self.ecs.meta.region_name

    def _service(self, entry: Entry, variant: str, definition: str, group: str) -> None:
        network = {"subnets": self.ground["subnet_ids"], "securityGroups": self.ground["security_group_ids"]}
        self.ecs.create_service(
            cluster=self.ground["cluster"],
            serviceName=f"{self.link}-{entry['name']}-{variant}",
            taskDefinition=definition,
            desiredCount=1,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": network},
            loadBalancers=[{"targetGroupArn": group, "containerName": entry["name"], "containerPort": entry["port"]}],
            tags=[{"key": "service", "value": entry["name"]}],
        )

    def _change(self, entry: Entry) -> None:
        definition = self._register(entry, "stable")
        self.ecs.update_service(
            cluster=self.ground["cluster"],
            service=f"{self.link}-{entry['name']}-stable",
            taskDefinition=definition,
        )

    def _remove(self, name: str) -> None:
        """Drained first, as anybody must."""
        ecs_names = self._ecs_names([name])
        for ecs_name in ecs_names:
            self.ecs.update_service(cluster=self.ground["cluster"], service=ecs_name, desiredCount=0)
        self._until(lambda service: not service["runningCount"], ecs_names)
        groups = self.elb.describe_target_groups(Names=ecs_names)["TargetGroups"]
        rules = self.elb.describe_rules(ListenerArn=self.ground["shards"][-1]["listener_arn"], PageSize=400)["Rules"]
        for rule in rules:
            if any(self._host(name) in condition.get("Values", ()) for condition in rule["Conditions"]):
                self.elb.delete_rule(RuleArn=rule["RuleArn"])
        for ecs_name in ecs_names:
            self.ecs.delete_service(cluster=self.ground["cluster"], service=ecs_name, force=True)
        for group in groups:
            self.elb.delete_target_group(TargetGroupArn=group["TargetGroupArn"])
        for family in ecs_names:
            for arn in self.ecs.list_task_definitions(familyPrefix=family)["taskDefinitionArns"]:
                self.ecs.deregister_task_definition(taskDefinition=arn)
                self.ecs.delete_task_definitions(taskDefinitions=[arn])

    def _ecs_names(self, names: Iterable[str]) -> list[str]:
        return [f"{self.link}-{name}-{variant}" for name in names for variant in VARIANTS]

    def _until_steady(self, names: Iterable[str]) -> None:
        def is_steady(service: dict[str, Any]) -> bool:
            return len(service["deployments"]) == 1 and service["deployments"][0]["rolloutState"] == "COMPLETED"

        self._until(is_steady, self._ecs_names(names))

    def _until(self, is_so: Callable[[dict[str, Any]], bool], names: list[str]) -> None:
        left = names
        while left:
            left = [service["serviceName"] for service in self._described(left) if not is_so(service)]
            time.sleep(0.25 if left else 0)

    def _described(self, names: list[str]) -> list[dict[str, Any]]:
        cluster = self.ground["cluster"]
        parts = [names[start : start + 10] for start in range(0, len(names), 10)]
        answers = self.each(
            lambda part: self.ecs.describe_services(cluster=cluster, services=part, include=["TAGS"]), parts
        )
        return [service for answer in answers for service in answer["services"]]

    def _tags(self, arns: list[str]) -> dict[str, Any]:
        parts = [arns[start : start + 20] for start in range(0, len(arns), 20)]
        answers = self.each(lambda part: self.elb.describe_tags(ResourceArns=part)["TagDescriptions"], parts)
        return {item["ResourceArn"]: item["Tags"] for answer in answers for item in answer}


def main() -> None:
    phase, path = sys.argv[1:]
    getattr(Limit(json.loads(Path(path).read_text())), phase)()


if __name__ == "__main__":
    main()
