"""The permission table."""

from __future__ import annotations

from kaitak.accounts.policy import HOLDERS, Permission, Role, permissions_of


def test_every_permission_is_held_by_somebody_and_administrators_hold_all() -> None:
    assert set(HOLDERS) == set(Permission)
    assert permissions_of(Role.ADMINISTRATOR) == {str(permission) for permission in Permission}


def test_each_role_holds_what_the_role_below_holds() -> None:
    assert permissions_of(Role.AGENT) < permissions_of(Role.SUPERVISOR) < permissions_of(Role.ADMINISTRATOR)


def test_agents_manage_nobody_and_see_no_secrets() -> None:
    refused = {
        Permission.MANAGE_AGENTS,
        Permission.MANAGE_INBOXES,
        Permission.READ_AUDIT_LOG,
        Permission.MANAGE_ACCOUNT,
    }
    assert not refused & permissions_of(Role.AGENT)
    assert not refused & permissions_of(Role.SUPERVISOR)
