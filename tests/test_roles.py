"""Roles and who acts: what each role may do, and nothing more."""

import pytest

from screener import trail
from screener.access.actor import Actor, How
from screener.access.roles import PERMISSIONS, Permission, Role

MAY = {
    Role.VIEWER: {"see"},
    Role.OPERATOR: {"see", "lists", "report"},
    Role.SUPERVISOR: {"see", "lists", "report", "review", "registry", "rules", "switch"},
    Role.ADMIN: {permission.value for permission in Permission},
    Role.AUDITOR: {"see", "see settings", "see audit"},
}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_is_said_of_it_and_nothing_else(role: Role) -> None:
    assert {permission.value for permission in Permission if role.may(permission)} == MAY[role]


def test_every_role_sees_and_has_its_permissions_named() -> None:
    assert PERMISSIONS.keys() == set(Role)
    assert all(role.may(Permission.SEE) for role in Role)


def test_who_types_a_command_is_named_and_the_service_is_not_taken_for_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trail, "user", lambda: "lan")
    assert Actor.typing() == Actor("lan", Role.ADMIN, How.COMMAND)
    assert Actor.system("behaviour").how is How.SYSTEM
    assert not Actor("lan", Role.VIEWER, How.USER).may(Permission.LISTS)
