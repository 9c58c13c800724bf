"""Launch templates: a new version inherits from its source, and tags may come later.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.utils import parse_user_data


class LaunchTemplateActions:
    def create_launch_template_version(self) -> ActionResult:
        """moto forgets SourceVersion, and keeps the user data of later versions in another form."""
        given = dict(self._get_param("LaunchTemplateData", {}))
        if "UserData" in given:
            given["UserData"] = parse_user_data(given["UserData"])
        self.params["LaunchTemplateData"] = {**self._source(), **given}
        return super().create_launch_template_version()

    def describe_launch_templates(self) -> ActionResult:
        """moto tells the tags that a template was born with."""
        for template in self.ec2_backend.launch_templates.values():
            template.tags = template.get_tags()
        return super().describe_launch_templates()

    def _source(self) -> dict[str, Any]:
        """What the version named by SourceVersion holds, or nothing."""
        wanted = self._get_param("SourceVersion")
        if not wanted:
            return {}
        name, template_id = self._get_param("LaunchTemplateName"), self._get_param("LaunchTemplateId")
        if not (name or template_id):
            raise EC2ClientError(
                "MissingParameter", "Either a launch template ID or a launch template name is required"
            )
        backend = self.ec2_backend
        template = backend.get_launch_template_by_name(name) if name else backend.get_launch_template(template_id)
        return dict(template.get_version(wanted).data)
