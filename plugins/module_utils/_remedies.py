# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What to do about the refusals of AWS that operators meet most. PRIVATE to the collection; stdlib only.

AWS's own messages say what is wrong, and seldom what to do:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

THROTTLED = "run it again, it goes on where it stopped; AWS Support raises the limit of the account"
NOT_PERMITTED = "let the caller do it: the documentation of the module names the permissions"
CREDENTIALS = "look into the credentials of the task: aws_connection in the inventory"

REMEDIES = {
    "RequestLimitExceeded": THROTTLED,
    "Throttling": THROTTLED,
    "ThrottlingException": THROTTLED,
    "UnauthorizedOperation": NOT_PERMITTED,
    "AccessDenied": NOT_PERMITTED,
    "AccessDeniedException": NOT_PERMITTED,
    "AuthFailure": CREDENTIALS,
    "ExpiredToken": CREDENTIALS,
    "InvalidClientTokenId": CREDENTIALS,
    "RequestExpired": CREDENTIALS,
    "ExistingVpcEndpointConnections": "reject its connections, or have their endpoints deleted, first",
    "ResourceInUse": "take it out of what uses it first: an endpoint service, say, or a load balancer",
    "DependencyViolation": "delete what is in it, or uses it, first",
    "InvalidServiceName": "correct the name, or have its provider allow this account",
    "VpcEndpointLimitExceeded": "delete endpoints of the VPC that nobody needs, or have the quota raised",
}
