"""Small changes of a world: copies with one thing replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from netdiag.lab.things import Account, Device, Home, Line, Net, Port, PortKey, Router, World


def with_device(world: World, device: str, **changes: Any) -> World:
    """The world with another state of one device."""
    changed: Device = replace(world.devices[device], **changes)
    return replace(world, devices={**world.devices, device: changed})


def with_port(world: World, port: PortKey, **changes: Any) -> World:
    """The world with another state of one port."""
    changed: Port = replace(world.ports[port], **changes)
    return replace(world, ports={**world.ports, port: changed})


def with_home(world: World, home: str, **changes: Any) -> World:
    """The world with one home changed; who is plugged in where follows."""
    changed: Home = replace(world.homes[home], **changes)
    return index(replace(world, homes={**world.homes, home: changed}))


def with_line(world: World, home: str, **changes: Any) -> World:
    """The world with another state of one home's cable."""
    line: Line = replace(world.homes[home].line, **changes)
    return with_home(world, home, line=line)


def with_router(world: World, home: str, **changes: Any) -> World:
    """The world with another state of one home's box."""
    router: Router = replace(world.homes[home].router, **changes)
    return with_home(world, home, router=router)


def with_account(world: World, home: str, **changes: Any) -> World:
    """The world with another state of one contract."""
    account: Account = replace(world.homes[home].account, **changes)
    return with_home(world, home, account=account)


def with_net(world: World, **changes: Any) -> World:
    """The world with another state of the network's services."""
    net: Net = replace(world.net, **changes)
    return replace(world, net=net)


def index(world: World) -> World:
    """The world with its index of plugged cables made anew."""
    plugged = {home.plugged: home.id for home in world.homes.values()}
    return replace(world, plugged=plugged)
