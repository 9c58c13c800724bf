# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How we call AWS: one retry, one error handler, one way to page. PRIVATE to the collection."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from ansible_collections.amazon.aws.plugins.module_utils.errors import AWSErrorHandler
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry
from ansible_collections.twoway.privatelink.plugins.module_utils._errors import AwsError, UnsuccessfulError
from ansible_collections.twoway.privatelink.plugins.module_utils.pacing.pacer import Pacer, is_throttle

try:
    from botocore.config import Config
    from botocore.exceptions import ConnectionError as NoConnectionError
    from botocore.exceptions import HTTPClientError
except ImportError:  # the modules say so
    UNANSWERED: tuple[type[Exception], ...] = ()
else:
    UNANSWERED = (HTTPClientError, NoConnectionError)

# AWSRetry knows RequestLimitExceeded and Throttling; ECS, SSM and STS say it in words of their own.
THROTTLES = ["RequestThrottled", "RequestThrottledException", "ThrottlingException", "ThrottledException"]

LARGEST_PAGE = 1000  # of the Describe calls on endpoints and their services; some others take less
MOST_FILTER_VALUES = 200  # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html

CALLS_AT_ONCE = 16  # never more than AWS and a small machine like
# botocore keeps ten connections open, and would dial anew for each call beyond. `aws_config` of the task wins.
CONFIG = {"max_pool_connections": CALLS_AT_ONCE}


class Connect(Protocol):
    def __call__(self, service: str, *, once: bool = False) -> Any:
        """The client of a service. One that sends each call `once` is for `made_once`."""


class ThrottleRetry(AWSRetry):
    """Of a call that AWS has refused before it looked into it, and of no other."""

    @staticmethod
    def found(response_code: str, catch_extra_error_codes: Any = None) -> bool:
        return is_throttle(response_code)


def connector(module: AnsibleAWSModule) -> Connect:
    """A function from a service's name ("ec2") to its client, made at most once.

    Every call waits for its turn, so as to stay below AWS's throttles; one made with `aws_retry=True` backs off and
    tries again while AWS throttles it all the same.
    """
    clients: dict[tuple[str, bool], Any] = {}
    pacer, making = Pacer(os.environ), threading.Lock()

    def connect(service: str, *, once: bool = False) -> Any:
        with making:
            if (service, once) not in clients:
                retrying, more = (ThrottleRetry, {"aws_config": _sent_once(module)}) if once else (AWSRetry, {})
                retry = retrying.jittered_backoff(retries=8, delay=1, max_delay=20, catch_extra_error_codes=THROTTLES)
                clients[service, once] = module.client(service, retry_decorator=retry, config=CONFIG, **more)
                pacer.follow(service, clients[service, once])
            return clients[service, once]

    return connect


def _sent_once(module: AnsibleAWSModule) -> Any:
    """The `aws_config` of the task, but for the retries: botocore repeats what may have been done."""
    return Config(**(module.params.get("aws_config") or {})).merge(Config(retries={"total_max_attempts": 1}))


class _Refusal(AwsError):
    """What amazon.aws's handlers raise for us: they hand over a message and the botocore exception."""

    def __init__(self, message: str, exception: Exception) -> None:
        response = getattr(exception, "response", None) or {}
        error = response.get("Error", {})
        super().__init__(
            where=message.removeprefix("Failed to "),
            found=f"{error['Code']}: {error.get('Message', '')}" if error else str(exception),
            code=error.get("Code"),
            request_id=response.get("ResponseMetadata", {}).get("RequestId"),
        )
        self.exception = exception
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        failed = status >= 500 and not is_throttle(error.get("Code", ""))
        self.in_doubt = failed or isinstance(exception, UNANSWERED)


class ErrorHandler(AWSErrorHandler):
    """Decorators for the functions of api.py. The description reads "verb noun {argument}"."""

    _CUSTOM_EXCEPTION = _Refusal


aws_call = ErrorHandler.common_error_handler


def unless_new(codes: Sequence[str]) -> Callable:
    """Retries a change of something just made: AWS may not know it everywhere yet and says NotFound.

    https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
    """
    return AWSRetry.jittered_backoff(retries=6, delay=0.5, max_delay=4, catch_extra_error_codes=list(codes))


def refuse_unsuccessful(where: str, answer: Mapping[str, Any], ignored: Sequence[str] = ()) -> None:
    """Raises UnsuccessfulError for the answer's `Unsuccessful` list, less the error codes to ignore.

    EC2 answers 200 with such a list: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnsuccessfulItem.html
    """
    refused = [item for item in answer.get("Unsuccessful", ()) if item["Error"]["Code"] not in ignored]
    if not refused:
        return
    said = [f"{i.get('ResourceId')} {i['Error']['Code']}: {i['Error'].get('Message', '')}" for i in refused]
    raise UnsuccessfulError(
        where=where,
        found="; ".join(said),
        code=refused[0]["Error"]["Code"],
        request_id=answer.get("ResponseMetadata", {}).get("RequestId"),
    )


def of_services(service_ids: Sequence[str]) -> list[dict[str, Any]]:
    """A filter by service ids; none for none, or for more than a filter takes: all that the account has come then."""
    few = 0 < len(service_ids) <= MOST_FILTER_VALUES
    return [{"Name": "service-id", "Values": list(service_ids)}] if few else []


# Where an answer says that there is more, and where the next request says where to go on.
Tokens = tuple[str, str]
EC2_TOKENS: Tokens = ("NextToken", "NextToken")
ELB_TOKENS: Tokens = ("NextMarker", "Marker")
TAGGING_TOKENS: Tokens = ("PaginationToken", "PaginationToken")


def pages(
    call: Callable[..., Mapping[str, Any]], key: str, tokens: Tokens = EC2_TOKENS, **request: Any
) -> Iterator[Any]:
    """All items of a paged answer, each page retried by itself (a paginator would not be)."""
    told, asked = tokens
    while True:
        answer = call(aws_retry=True, **request)
        yield from answer.get(key, ())
        if not answer.get(told):
            return
        request[asked] = answer[told]
