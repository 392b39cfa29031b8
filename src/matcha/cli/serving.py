"""`matcha serve`: the pages, the HTTP API, and what works through jobs."""

from __future__ import annotations

import gc
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from matcha.cli.accounts import demo_file
from matcha.cli.session import CommandLine, err
from matcha.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from fastapi import FastAPI


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Adress. / Address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8000,
    proxy: Annotated[
        str,
        typer.Option("--proxy", help="Adress till proxyn framför, som får säga vem som frågar. / The proxy's address."),
    ] = "",
    trial: Annotated[
        bool, typer.Option(help="Låt den här datorn pröva utan konto tills det finns ett. / Let this computer try.")
    ] = True,
) -> None:
    """Starta sidorna och API:et. / Start the pages and the API."""
    from matcha.api.edge import configure_logging
    from matcha.service import demo
    from matcha.store.rates import Rates
    from matcha.web import create_site

    line: CommandLine = context.obj
    with line.loading_model():
        line.matcha.warm_up()
        with suppress(Unavailable):  # told by /v1/ready, and tried again beside the requests
            line.matcha.catch_up()
    open_to_try = trial and not proxy and _loopback(host) and not demo.others_exist(line.matcha)
    if open_to_try:
        told = line.say("trial_demo", path=demo_file(line)) if demo.only(line.matcha) else line.say("trial")
        err.print(told, style="bold", markup=False, soft_wrap=True)
    err.print(line.say("serving", url=_url(host, port)), markup=False, soft_wrap=True)
    app = create_site(line.matcha, line.settings, Rates.beside(line.settings.database), trial=open_to_try, working=True)
    configure_logging()
    settle()
    listen(app, host, port, proxy)


def settle() -> None:
    """Let what is loaded stay, and collect seldom: going through it all stops everybody for a third of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def listen(app: FastAPI, host: str, port: int, proxy: str = "") -> None:
    """Serve an app until the process is told to stop; what is under way then has 30 s to end."""
    import uvicorn

    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy or None,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=30,
        limit_concurrency=200,
        h11_max_incomplete_event_size=32_768,
    )


def _url(host: str, port: int) -> str:
    """Give where the pages are, as a browser on this machine is told it."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError as cause:
        raise Invalid(f"{host} är ingen IP-adress.", f"{host} is no IP address.") from cause
