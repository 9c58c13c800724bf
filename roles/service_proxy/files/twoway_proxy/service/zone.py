"""Which zone this instance is in, by the id that means the same zone in every account."""

import aiohttp

_METADATA = "http://169.254.169.254/latest"
_TIMEOUT = aiohttp.ClientTimeout(total=2)


async def own_zone() -> str | None:
    """None where there is no instance metadata; then no zone is preferred.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
    """
    lifetime = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    try:
        async with aiohttp.ClientSession(timeout=_TIMEOUT, raise_for_status=True) as session:
            async with session.put(f"{_METADATA}/api/token", headers=lifetime) as answer:
                token = {"X-aws-ec2-metadata-token": await answer.text()}
            async with session.get(f"{_METADATA}/meta-data/placement/availability-zone-id", headers=token) as answer:
                return (await answer.text()).strip()
    except (aiohttp.ClientError, OSError, TimeoutError):
        return None
