"""What an instance can ask about itself."""

import aiohttp

_SERVICE = "http://169.254.169.254/latest"
_TIMEOUT = aiohttp.ClientTimeout(total=2)


async def metadata(category: str) -> str | None:
    """None where there is no instance metadata.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
    """
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT, raise_for_status=True) as session:
            async with session.put(f"{_SERVICE}/api/token", headers=lifetime) as answer:
                token = {"X-aws-ec2-metadata-token": await answer.text()}
            async with session.get(f"{_SERVICE}/meta-data/{category}", headers=token) as answer:
                return (await answer.text()).strip()
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None
