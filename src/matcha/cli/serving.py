"""`matcha serve`: the HTTP API, and what works through jobs."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from matcha.cli.session import CommandLine, err
from matcha.errors import Invalid

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
    """Starta API:et. / Start the API."""
    from matcha.api import create_app
    from matcha.api.edge import configure_logging
    from matcha.store.rates import Rates

    line: CommandLine = context.obj
    with line.loading_model():
        line.matcha.warm_up()
    open_to_try = trial and not proxy and _loopback(host) and not line.matcha.accounts.accounts()
    if open_to_try:
        err.print(line.say("trial"), style="bold", markup=False)
    app = create_app(line.matcha, line.settings, Rates.beside(line.settings.database), trial=open_to_try, working=True)
    configure_logging()
    listen(app, host, port, proxy)


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


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError as cause:
        raise Invalid(f"{host} är ingen IP-adress.", f"{host} is no IP address.") from cause
