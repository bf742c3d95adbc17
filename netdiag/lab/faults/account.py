"""Faults of the contract."""

from __future__ import annotations

from netdiag.lab.change import with_account
from netdiag.lab.faults.spec import PPPOE, Fault
from netdiag.lab.things import Home, World


def blocked(world: World, home: Home, at: float) -> World:
    """Nothing was paid: billing blocks, RADIUS rejects."""
    return with_account(world, home.id, state="blocked", paid_until=at - 3 * 86400)


def tariff_ended(world: World, home: Home, at: float) -> World:
    """The paid month is over; the state was not changed yet."""
    return with_account(world, home.id, paid_until=at)


def suspended(world: World, home: Home, at: float) -> World:
    """On holiday: suspended at his own wish."""
    return with_account(world, home.id, state="suspended")


def not_provisioned(world: World, home: Home, at: float) -> World:
    """The contract is there, the login or binding was never made."""
    return with_account(world, home.id, provisioned=False)


def shaped(world: World, home: Home, at: float) -> World:
    """The quota is used up: a tenth of the speed."""
    return with_account(world, home.id, shaped=True)


FAULTS = (
    Fault(
        name="account-blocked", title="Account blocked for non-payment",
        expected="account.blocked-nonpayment", home="100201", apply=blocked,
    ),
    Fault(
        name="tariff-ended", title="Paid period has ended",
        expected="account.tariff-expired", home="100218", apply=tariff_ended,
    ),
    Fault(
        name="account-suspended", title="Account suspended at the subscriber's wish",
        expected="account.suspended", home="100222", apply=suspended,
    ),
    Fault(
        name="not-provisioned", title="Service never set up at RADIUS",
        expected="account.not-provisioned", home="100218", apply=not_provisioned, services=PPPOE,
    ),
    Fault(
        name="quota-shaped", title="Quota used up, speed lowered",
        expected="account.quota-shaped", home="100214", apply=shaped,
    ),
)  # fmt: skip
