"""IMDSv2 as far as the agent asks it: a category each, by its path."""

from __future__ import annotations

from aiohttp import web


async def serve(categories: dict[str, str]) -> None:
    """For as long as the test's own network is there. What is changed in `categories` is told from then on."""

    async def token(request: web.Request) -> web.Response:
        return web.Response(text="token")

    async def tell(request: web.Request) -> web.Response:
        if request.headers.get("X-aws-ec2-metadata-token") != "token":
            return web.Response(status=401)
        found = categories.get(request.match_info["category"])
        return web.Response(status=404) if found is None else web.Response(text=found)

    app = web.Application()
    app.router.add_put("/latest/api/token", token)
    app.router.add_get("/latest/meta-data/{category:.+}", tell)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "169.254.169.254", 80).start()
