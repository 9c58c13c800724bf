"""The extensions of moto, installed before the first request."""

from __future__ import annotations

from importlib import import_module

from rig.control.settings import Settings

# Order matters: load balancers and tasks take their interfaces from the EC2 extension.
PACKAGES = (
    "rig.control.everywhere",
    "rig.control.iam",
    "rig.control.ssm",
    "rig.control.s3",
    "rig.control.ec2",
    "rig.control.acm",
    "rig.control.logs",
    "rig.control.cloudwatch",
    "rig.control.elbv2",
    "rig.control.ecs",
    "rig.control.application_autoscaling",
    "rig.control.autoscaling",
)

_settings = Settings()


def settings() -> Settings:
    """The settings of the cloud that is being served."""
    return _settings


def install(new: Settings) -> None:
    """Call `install(settings)` of every extension; each may be called more than once."""
    global _settings
    _settings = new
    for name in PACKAGES:
        import_module(name).install(new)
