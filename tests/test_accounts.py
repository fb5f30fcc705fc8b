"""Users and signing in: what is kept, what ends sessions, what slows and locks, and that an admin remains."""

import threading
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from clock import START, Clock
from sqlalchemy import delete, func, select, text

from screener.access import passwords, tries
from screener.access.accounts import Accounts
from screener.access.links import LinkOver
from screener.access.passwords import WeakPassword
from screener.access.roles import Role
from screener.access.second_factor import WrongCode
from screener.access.sign_in import NotSignedIn
from screener.access.tables import FailedSignIn, OneTimeLink, RecoveryCode, User, UserSession
from screener.access.user_sessions import Ends
from screener.access.users import InvalidExtension, InvalidUserName, LastAdmin, NoSuchUser, UserExists
from screener.database import Database

PASSWORD = "bốn từ cho mật khẩu"
OTHER = "năm từ khác cho mật khẩu"
HERE = "192.0.2.7"
THERE = "198.51.100.9"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(sqlite_database: Database, clock: Clock) -> Accounts:
    return Accounts.on(sqlite_database.sessions, Ends(timedelta(hours=1), timedelta(hours=8)), clock)


def signed_in(accounts: Accounts, name: str = "lan", password: str = PASSWORD, address: str = HERE) -> str:
    return accounts.sign_in.by_password(name, password, address, "Firefox").token


def failed(accounts: Accounts, name: str = "lan", password: str = "x", address: str = HERE) -> int:
    """Fail to sign in; return the seconds to wait before the try would have been looked at."""
    with pytest.raises(NotSignedIn) as refused:
        signed_in(accounts, name, password, address)
    return refused.value.wait


# Passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("mười một kt", "has 11 characters"),
        ("aaaaaaaaaaaaaaaa", "repeats the same characters"),
        ("abababababababab", "repeats the same characters"),
        ("lan.nguyen.so.y", "is the user's name"),
        ("Lan.Nguyen.So.Y1", "is the user's name"),
        ("x1y2" * 65, "has more than 256 characters"),
    ],
)
def test_a_weak_password_is_refused_with_what_will_do(password: str, why: str) -> None:
    with pytest.raises(WeakPassword, match="at least 12 characters that is not the name") as refused:
        passwords.hashed(password, "lan.nguyen.so.y")
    assert refused.value.why == why


def test_a_password_of_twelve_characters_is_kept_by_argon2_and_fits_however_its_marks_are_written() -> None:
    kept = passwords.hashed("mật khẩu dài", "lan")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.fits("mật khẩu dài", kept)
    assert not passwords.fits("mat khau dai", kept)
    assert not passwords.fits("", kept)
    assert not passwords.fits("mật khẩu dài", "")
    assert not passwords.fits("\ud800" * 20, kept)


# Users


@pytest.mark.parametrize("name", ["", "a b", "-lan", "_x", "x" * 65, "a\nb", "lan/x", "<b>", "\u202elan"])
def test_a_name_that_can_not_be_typed_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(InvalidUserName, match="write 1 to 64 letters"):
        accounts.users.add(name, Role.VIEWER, PASSWORD)
    assert accounts.users.none()


def test_a_name_is_one_users_however_it_is_written(accounts: Accounts) -> None:
    accounts.users.add("Hạnh", Role.VIEWER, PASSWORD, "101")
    assert accounts.users.find(" HẠNH ").name == "Hạnh"
    assert accounts.users.find("Ha\u0323nh").extension == "101"
    with pytest.raises(UserExists, match="'hạnh' exists"):
        accounts.users.add("hạnh", Role.VIEWER, PASSWORD)
    assert accounts.users.add("hanh", Role.VIEWER, PASSWORD).name == "hanh"
    with pytest.raises(NoSuchUser, match="'lan'"):
        accounts.users.find("lan")
    with pytest.raises(InvalidExtension, match="'10a'"):
        accounts.users.set_extension("hanh", "10a")


def test_the_only_administrator_stays_one(accounts: Accounts) -> None:
    accounts.users.add("lan", Role.ADMIN, PASSWORD)
    accounts.users.add("minh", Role.SUPERVISOR, PASSWORD)
    for change in (lambda: accounts.users.remove("lan"), lambda: accounts.users.set_role("lan", Role.VIEWER)):
        with pytest.raises(LastAdmin, match="'lan' is the only administrator"):
            change()
    accounts.users.set_role("minh", Role.ADMIN)
    accounts.users.remove("lan")
    assert [user.name for user in accounts.users.list()] == ["minh"]


def test_of_two_administrators_who_remove_each_other_one_remains(database: Database) -> None:
    accounts = Accounts.on(database.sessions)
    for name in ("lan", "minh"):
        accounts.users.add(name, Role.ADMIN)
    refused: list[Exception] = []

    def remove(name: str) -> None:
        try:
            accounts.users.remove(name)
        except LastAdmin as error:
            refused.append(error)

    both = [threading.Thread(target=remove, args=(name,)) for name in ("lan", "minh")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(refused) == 1
    assert len(accounts.users.list()) == 1


def test_who_is_removed_leaves_no_session_link_or_code(database: Database) -> None:
    accounts = Accounts.on(database.sessions)
    accounts.users.add("lan", Role.VIEWER, PASSWORD)
    accounts.links.invite("lan")
    accounts.users.set_password("lan", PASSWORD)
    signed_in(accounts)
    secret = pyotp.random_base32()
    accounts.factor.switch_on("lan", secret, pyotp.TOTP(secret).now())
    accounts.users.remove("lan")
    with database.sessions() as session:
        for table in (User, UserSession, OneTimeLink, RecoveryCode):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table


# Sessions


def test_a_session_is_known_by_a_token_of_which_only_the_hash_is_kept(
    accounts: Accounts, sqlite_database: Database
) -> None:
    accounts.users.add("lan", Role.OPERATOR, PASSWORD, "101")
    token = signed_in(accounts)
    found = accounts.sessions.find(token)
    assert found is not None
    assert (found.name, found.role, found.extension, found.half) == ("lan", Role.OPERATOR, "101", False)
    with sqlite_database.sessions() as session:
        row = session.execute(text("SELECT * FROM user_sessions")).one()
    assert token not in str(row)
    assert found.csrf not in (token, *map(str, row))
    for wrong in ("", "x", token[:-1], token + "x", "\ud800", "\0"):
        assert accounts.sessions.find(wrong) is None


def test_a_session_ends_when_idle_and_what_a_page_asks_by_itself_does_not_count(
    accounts: Accounts, clock: Clock
) -> None:
    accounts.users.add("lan", Role.OPERATOR, PASSWORD)
    token = signed_in(accounts)
    clock.pass_by(minutes=59)
    assert accounts.sessions.find(token)  # counts
    clock.pass_by(minutes=59)
    assert accounts.sessions.find(token, active=False)
    clock.pass_by(minutes=1)
    assert accounts.sessions.find(token, active=False) is None
    assert accounts.sessions.find(token) is None


def test_a_session_ends_at_its_last_hour_whatever_is_done(accounts: Accounts, clock: Clock) -> None:
    accounts.users.add("lan", Role.OPERATOR, PASSWORD)
    token = signed_in(accounts)
    for _ in range(15):
        clock.pass_by(minutes=30)
        assert accounts.sessions.find(token)
    clock.pass_by(minutes=30)
    assert accounts.sessions.find(token) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts: accounts.users.set_password("lan", OTHER),
        lambda accounts: accounts.users.set_role("lan", Role.VIEWER),
        lambda accounts: accounts.users.remove("lan"),
        lambda accounts: accounts.links.invite("lan"),
    ],
    ids=["password", "role", "removal", "invitation"],
)
def test_password_role_and_removal_end_that_users_sessions_alone(accounts: Accounts, change: Any) -> None:
    accounts.users.add("lan", Role.OPERATOR, PASSWORD)
    accounts.users.add("minh", Role.ADMIN, PASSWORD)
    ended, kept = [signed_in(accounts), signed_in(accounts)], signed_in(accounts, "minh")
    change(accounts)
    assert [accounts.sessions.find(token) for token in ended] == [None, None]
    assert accounts.sessions.find(kept)


def test_an_extension_or_the_same_role_ends_no_session(accounts: Accounts) -> None:
    accounts.users.add("lan", Role.OPERATOR, PASSWORD)
    token = signed_in(accounts)
    accounts.users.set_extension("lan", "101")
    accounts.users.set_role("lan", Role.OPERATOR)
    assert accounts.sessions.find(token)


def test_who_was_known_of_late_is_remembered_for_a_quarter_of_an_hour_unless_it_ended(
    accounts: Accounts, clock: Clock
) -> None:
    accounts.users.add("lan", Role.OPERATOR, PASSWORD)
    token, other = signed_in(accounts), signed_in(accounts)
    for one in (token, other):
        accounts.sessions.find(one)
    accounts.sessions.end(other)
    clock.pass_by(minutes=14)
    known = accounts.sessions.lately(token)
    assert known and known.name == "lan"
    assert accounts.sessions.lately(other) is None
    clock.pass_by(minutes=1)
    assert accounts.sessions.lately(token) is None


# Failures


def test_signing_in_is_slowed_after_three_failures_and_locked_for_a_while_after_ten(
    accounts: Accounts, clock: Clock
) -> None:
    accounts.users.add("lan", Role.ADMIN, PASSWORD)
    for _ in range(3):
        assert failed(accounts) == 0
    for pause in (1, 2, 4, 8, 16, 32, 64):
        assert failed(accounts, password=PASSWORD) == pause  # not even the right one is looked at
        clock.pass_by(seconds=pause)
        assert failed(accounts) == 0
    assert failed(accounts, address=THERE) == 900
    assert accounts.tries.locked("LAN")
    clock.pass_by(minutes=15)
    assert signed_in(accounts)
    assert failed(accounts) == 0  # the count began anew


def test_a_restart_forgets_no_failure_and_unlocking_does(
    accounts: Accounts, sqlite_database: Database, clock: Clock
) -> None:
    accounts.users.add("lan", Role.ADMIN, PASSWORD)
    for _ in range(3):
        failed(accounts)
    restarted = Accounts.on(sqlite_database.sessions, now=clock)
    assert failed(restarted, password=PASSWORD) == 1
    assert restarted.tries.unlock("Lan") is True
    assert signed_in(restarted)
    assert restarted.tries.unlock("lan") is False


def test_who_is_nobody_is_answered_as_somebody_is(accounts: Accounts) -> None:
    accounts.users.add("lan", Role.ADMIN, PASSWORD)
    accounts.users.add("minh", Role.ADMIN)  # no password yet
    told = {name: [failed(accounts, name, address=f"192.0.2.{n}") for _ in range(5)]
            for n, name in enumerate(("lan", "minh", "nobody"))}  # fmt: skip
    assert set(map(tuple, told.values())) == {(0, 0, 0, 1, 1)}


def test_what_was_typed_in_place_of_a_name_is_not_kept(accounts: Accounts, sqlite_database: Database) -> None:
    failed(accounts, "my password by mistake")
    with sqlite_database.sessions() as session:
        subjects = session.scalars(select(FailedSignIn.subject)).all()
    assert len(subjects) == 2
    assert not any("password" in subject for subject in subjects)


def test_an_address_is_locked_whatever_names_it_tries_and_others_are_not(
    accounts: Accounts, clock: Clock
) -> None:
    accounts.users.add("lan", Role.ADMIN, PASSWORD)
    for number in range(30):
        while wait := failed(accounts, f"nobody{number}", address="2001:db8::1"):
            clock.pass_by(seconds=wait)
    assert failed(accounts, password=PASSWORD, address="2001:db8::ffff") > 0  # the same network
    assert signed_in(accounts, address="2001:db8:0:1::1")


def test_signing_in_oneself_does_not_clear_ones_address(accounts: Accounts, clock: Clock) -> None:
    accounts.users.add("lan", Role.ADMIN, PASSWORD)
    for number in range(tries.BY_ADDRESS.slow):
        failed(accounts, f"nobody{number}")
    clock.pass_by(seconds=1)
    signed_in(accounts)
    assert failed(accounts, "nobody") == 0
    assert failed(accounts, "nobody again") == 2


def test_of_many_tries_at_once_no_more_are_looked_at_than_one_after_the_other(database: Database) -> None:
    accounts = Accounts.on(database.sessions, now=Clock())
    waits = []

    def attempt() -> None:
        waits.append(accounts.tries.begin("lan", HERE))

    many = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in many:
        thread.start()
    for thread in many:
        thread.join()
    assert sorted(waits) == [0] * 3 + [1] * 9
    with database.sessions.begin() as session:
        session.execute(delete(FailedSignIn))


# Second factor


def test_with_a_second_factor_the_password_alone_opens_nothing(accounts: Accounts, clock: Clock) -> None:
    accounts.users.add("lan", Role.ADMIN, PASSWORD)
    secret = pyotp.random_base32()
    totp = pyotp.TOTP(secret)
    with pytest.raises(WrongCode):
        accounts.factor.switch_on("lan", secret, totp.at(START + timedelta(minutes=5)))
    with pytest.raises(WrongCode):
        accounts.factor.switch_on("lan", "weak", "123456")
    accounts.factor.switch_on("lan", secret, totp.at(clock()))
    started = accounts.sign_in.by_password("lan", PASSWORD, HERE, "")
    assert started.half
    half = accounts.sessions.find(started.token)
    assert half and half.half
    with pytest.raises(NotSignedIn):  # the code that switched it on
        accounts.sign_in.by_code(half, started.token, totp.at(clock()), HERE, "")
    clock.pass_by(seconds=30)
    whole = accounts.sign_in.by_code(half, started.token, totp.at(clock()), HERE, "")
    assert accounts.sessions.find(started.token) is None
    found = accounts.sessions.find(whole.token)
    assert found and not found.half


def test_a_half_session_ends_after_five_minutes(accounts: Accounts, clock: Clock) -> None:
    user = accounts.users.add("lan", Role.ADMIN, PASSWORD)
    token = accounts.sessions.begin(user.id, HERE, "", half=True)
    clock.pass_by(minutes=5)
    assert accounts.sessions.find(token) is None


def test_codes_can_not_be_guessed_by_giving_the_password_again(accounts: Accounts, clock: Clock) -> None:
    accounts.users.add("lan", Role.ADMIN, PASSWORD)
    secret = pyotp.random_base32()
    accounts.factor.switch_on("lan", secret, pyotp.TOTP(secret).at(clock()))
    looked_at = 0
    for _ in range(40):
        try:
            started = accounts.sign_in.by_password("lan", PASSWORD, HERE, "")
            half = accounts.sessions.find(started.token)
            assert half
            accounts.sign_in.by_code(half, started.token, "000000", HERE, "")
        except NotSignedIn as refused:
            looked_at += not refused.wait
            clock.pass_by(seconds=1)
    assert looked_at < 10


def test_a_recovery_code_counts_once_however_it_is_written(accounts: Accounts, clock: Clock) -> None:
    user = accounts.users.add("lan", Role.ADMIN, PASSWORD)
    secret = pyotp.random_base32()
    codes = accounts.factor.switch_on("lan", secret, pyotp.TOTP(secret).at(clock()))
    assert len(set(codes)) == 10
    assert accounts.factor.check(user.id, codes[0].upper().replace("-", " "))
    assert not accounts.factor.check(user.id, codes[0])
    assert accounts.factor.left("lan") == 9
    assert not accounts.factor.check(user.id, codes[1][:-1])
    assert accounts.factor.switch_off("lan")
    assert not accounts.factor.check(user.id, codes[2])


# One-time links


def test_the_first_administrators_link_counts_once_within_an_hour_and_only_while_there_is_nobody(
    accounts: Accounts, clock: Clock
) -> None:
    first, second = accounts.links.first_admin(), accounts.links.first_admin()
    assert first and second
    clock.pass_by(minutes=59)
    with pytest.raises(WeakPassword):
        accounts.links.use(first, "lan", "short")
    with pytest.raises(InvalidUserName):
        accounts.links.use(first, "a b", PASSWORD)
    user = accounts.links.use(first, "lan", PASSWORD)
    assert (user.name, user.role, user.ready) == ("lan", Role.ADMIN, True)
    for link in (first, second):
        with pytest.raises(LinkOver):
            accounts.links.use(link, "minh", PASSWORD)
    assert accounts.links.first_admin() is None


def test_an_old_link_makes_nobody(accounts: Accounts, clock: Clock) -> None:
    link = accounts.links.first_admin()
    assert link
    clock.pass_by(hours=1)
    with pytest.raises(LinkOver):
        accounts.links.use(link, "lan", PASSWORD)
    assert accounts.users.none()


def test_a_link_of_before_somebody_was_made_by_hand_makes_nobody(accounts: Accounts) -> None:
    link = accounts.links.first_admin()
    assert link
    accounts.users.add("lan", Role.VIEWER, PASSWORD)
    with pytest.raises(LinkOver):
        accounts.links.use(link, "minh", PASSWORD)


def test_of_two_who_use_the_first_link_at_once_one_becomes_administrator(database: Database) -> None:
    accounts = Accounts.on(database.sessions)
    links = [accounts.links.first_admin(), accounts.links.first_admin()]
    over: list[Exception] = []

    def use(link: str, name: str) -> None:
        try:
            accounts.links.use(link, name, PASSWORD)
        except LinkOver as error:
            over.append(error)

    both = [
        threading.Thread(target=use, args=(link, name))
        for link, name in zip(links, ("lan", "minh"), strict=True)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(over) == 1
    assert len(accounts.users.list()) == 1


def test_an_invited_user_chooses_the_password_and_the_old_one_is_over(accounts: Accounts) -> None:
    accounts.users.add("lan", Role.OPERATOR, PASSWORD)
    older = accounts.links.invite("lan")
    link = accounts.links.invite("lan")
    assert failed(accounts, password=PASSWORD) == 0
    with pytest.raises(LinkOver):
        accounts.links.look(older)
    assert accounts.links.look(link).name == "lan"
    accounts.links.use(link, "ignored", OTHER)
    assert signed_in(accounts, password=OTHER)
    with pytest.raises(LinkOver):
        accounts.links.use(link, "", PASSWORD)
