"""Codes of an app, recovery codes, and passkeys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from blogengine.errors import OperatorError, TooMany, UserError
from blogengine.identity import SecondFactorNeeded, SignedIn
from blogengine.identity.passkeys import place_of
from blogengine.identity.refusals import Refused
from tests.conftest import Blog
from tests.core.identity import (
    ELSEWHERE,
    EMAIL,
    HERE,
    PASSWORD,
    living,
    mails,
    make_owner,
    member,
    sign_in,
    signed_in,
)

NOON = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)
Freeze = Callable[[datetime], datetime]


@pytest.fixture
def blog(make_blog: Callable[..., Blog]) -> Blog:
    return make_blog()


def rfc6238(secret: str, at: datetime) -> str:
    """Return an app's code, written down from the standard alone."""
    counter = struct.pack(">Q", int(at.timestamp()) // 30)
    mac = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = mac[-1] & 15
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def enrol(blog: Blog, cookie: str, at: datetime) -> tuple[str, tuple[str, ...], str]:
    """Switch the second factor on; return the app's secret, recovery codes and the new cookie."""
    factor = blog.site.identity.second_factor
    with signed_in(blog, cookie):
        began = factor.begin()
        done = factor.confirm(began.pending, rfc6238(began.secret, at))
    assert done.cookie is not None
    return began.secret, done.recovery_codes, done.cookie


def half(blog: Blog) -> str:
    done = blog.site.identity.sign_in(EMAIL, PASSWORD, HERE)
    assert isinstance(done, SecondFactorNeeded)
    return done.pending


def test_the_code_of_the_standard_is_what_an_app_shows() -> None:
    """RFC 6238, appendix B."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        assert rfc6238(secret, datetime.fromtimestamp(seconds, UTC)) == code


def test_with_a_second_factor_the_password_alone_signs_nobody_in(
    blog: Blog, freeze: Freeze
) -> None:
    freeze(NOON)
    owner = make_owner(blog)
    other = sign_in(blog)
    secret, recovery, cookie = enrol(blog, owner.cookie, NOON)
    assert [living(blog, c) for c in (owner.cookie, other.cookie, cookie)] == [False, False, True]
    assert len(set(recovery)) == 10
    now = freeze(NOON + timedelta(minutes=2))
    pending = half(blog)
    assert blog.site.identity.actor_of(pending) is None
    done = blog.site.identity.finish_second_factor(pending, rfc6238(secret, now), HERE)
    assert living(blog, done.cookie)
    assert EMAIL in [recipient for recipient, _text in mails()]


def test_a_code_counts_once_and_one_step_to_either_side(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    secret, _recovery, _cookie = enrol(blog, make_owner(blog).cookie, NOON)
    identity = blog.site.identity
    with pytest.raises(Refused):  # the code that switched it on
        identity.finish_second_factor(half(blog), rfc6238(secret, NOON), HERE)
    now = freeze(NOON + timedelta(minutes=10))
    for seconds, fits in ((-60, False), (60, False), (-30, True), (-30, False), (30, True)):
        code = rfc6238(secret, now + timedelta(seconds=seconds))
        if fits:
            assert identity.finish_second_factor(half(blog), code, HERE)
        else:
            with pytest.raises(Refused):
                identity.finish_second_factor(half(blog), code, HERE)
    # an older one than the last doesn't count any more, used or not
    with pytest.raises(Refused):
        identity.finish_second_factor(half(blog), rfc6238(secret, now), HERE)


@pytest.mark.parametrize(
    "code", ["", "000000 ", "１２３４５６", "12345", "x" * 9999, "\x00", "\ud800"]
)
def test_nonsense_is_no_code(blog: Blog, freeze: Freeze, code: str) -> None:
    freeze(NOON)
    enrol(blog, make_owner(blog).cookie, NOON)
    with pytest.raises(Refused):
        blog.site.identity.finish_second_factor(half(blog), code, HERE)


def test_a_recovery_code_counts_once_however_it_is_typed(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    owner = make_owner(blog)
    _secret, recovery, cookie = enrol(blog, owner.cookie, NOON)
    identity = blog.site.identity
    typed = f" {recovery[0].upper().replace('-', ' ')} "
    assert living(blog, identity.finish_second_factor(half(blog), typed, HERE).cookie)
    with pytest.raises(Refused):
        identity.finish_second_factor(half(blog), recovery[0], HERE)
    with signed_in(blog, cookie):
        assert identity.second_factor.recovery_codes_left(owner.session.user_id) == 9
        fresh = identity.second_factor.new_recovery_codes()
    freeze(NOON + timedelta(minutes=2))
    with pytest.raises(Refused):
        identity.finish_second_factor(half(blog), recovery[1], HERE)
    assert identity.finish_second_factor(half(blog), fresh[1], HERE)


def test_codes_cannot_be_guessed_without_bound(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    enrol(blog, make_owner(blog).cookie, NOON)
    pending, answers = half(blog), []
    for number in range(60):
        try:
            blog.site.identity.finish_second_factor(
                pending, f"{number:06}", type(HERE)(f"10.3.{number}.1")
            )
        except (Refused, TooMany) as error:
            answers.append(error.code)
    assert answers.count("code-refused") == 11  # ten, and one slowly


def test_a_half_sign_in_ends_with_its_time_and_with_a_new_password(
    blog: Blog, freeze: Freeze
) -> None:
    freeze(NOON)
    owner = make_owner(blog)
    secret, _recovery, _cookie = enrol(blog, owner.cookie, NOON)
    identity = blog.site.identity
    late, changed = half(blog), half(blog)
    identity.passwords.set(owner.session.user_id, "another set of paper boats")
    now = freeze(NOON + timedelta(minutes=4))
    for pending, minutes in ((changed, 4), (late, 5)):
        now = freeze(NOON + timedelta(minutes=minutes))
        with pytest.raises(Refused) as refused:
            identity.finish_second_factor(pending, rfc6238(secret, now), HERE)
        assert refused.value.code == "sign-in-over"


def test_an_owner_takes_it_away_for_somebody_whose_phone_is_gone(
    blog: Blog, freeze: Freeze
) -> None:
    freeze(NOON)
    make_owner(blog)
    dan = member(blog, "Dan", "author")
    enrol(blog, dan.cookie, NOON)
    assert blog.run("user", "second-factor", "dan", "--off") == 0
    done = blog.site.identity.sign_in("dan@example.org", "paper boats on gravel", ELSEWHERE)
    assert isinstance(done, SignedIn)


def test_a_copy_of_the_database_makes_no_codes(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    secret, _recovery, _cookie = enrol(blog, make_owner(blog).cookie, NOON)
    held = b"".join(file.read_bytes() for file in (blog.folder / "instance").glob("*.db*"))
    for form in (
        secret.encode(),
        base64.b32decode(secret),
        base64.b32decode(secret).hex().encode(),
    ):
        assert form not in held


# --- passkeys ---------------------------------------------------------------------------------


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def cbor(value: Any) -> bytes:
    """Write the few kinds of CBOR (RFC 8949) that an authenticator needs."""

    def head(kind: int, number: int) -> bytes:
        if number < 24:
            return bytes([kind << 5 | number])
        if number < 256:
            return bytes([kind << 5 | 24, number])
        return bytes([kind << 5 | 25]) + struct.pack(">H", number)

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    assert isinstance(value, dict)
    return head(5, len(value)) + b"".join(cbor(key) + cbor(one) for key, one in value.items())


@dataclass
class Authenticator:
    """A phone with passkeys, by the letter of WebAuthn level 2: ES256 and attestation "none"."""

    origin: str = "https://blog.example"
    verified: bool = True
    uses: int = 0
    id: bytes = b"a passkey of a phone"
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def _data(self, host: str, *, made: bool) -> bytes:
        flags = 0x01 | (0x04 if self.verified else 0) | (0x40 if made else 0)
        data = hashlib.sha256(host.encode()).digest() + bytes([flags])
        return data + struct.pack(">I", self.uses)

    def _client(self, kind: str, challenge: str) -> bytes:
        client = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps({**client, "crossOrigin": False}).encode()

    def create(self, options: str) -> str:
        asked = json.loads(options)
        point = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: point.x.to_bytes(32, "big"),
            -3: point.y.to_bytes(32, "big"),
        }
        data = self._data(asked["rp"]["id"], made=True)
        data += bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor(cose)
        client = self._client("webauthn.create", asked["challenge"])
        attested = cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=client, attestationObject=attested)

    def get(self, options: str) -> str:
        asked = json.loads(options)
        self.uses += 1
        data = self._data(asked["rpId"], made=False)
        client = self._client("webauthn.get", asked["challenge"])
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signed)

    def _answer(self, **parts: bytes) -> str:
        name = base64url(self.id)
        response = {key: base64url(value) for key, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def register(blog: Blog, cookie: str, phone: Authenticator, name: str = "Phone") -> int:
    passkeys = blog.site.identity.passkeys
    with signed_in(blog, cookie):
        ceremony = passkeys.begin_registration()
        return passkeys.finish_registration(
            ceremony.pending, phone.create(ceremony.options), name
        ).id


def test_a_passkey_signs_in_without_password_and_code(blog: Blog) -> None:
    owner, phone = make_owner(blog), Authenticator()
    register(blog, owner.cookie, phone)
    identity = blog.site.identity
    for _ in range(2):
        ceremony = identity.passkeys.begin_sign_in()
        asked = json.loads(ceremony.options)
        assert (asked["rpId"], asked["userVerification"]) == ("blog.example", "required")
        answer = phone.get(ceremony.options)
        done = identity.finish_passkey(ceremony.pending, answer, HERE)
        assert done.actor.id == owner.session.user_id
        assert living(blog, done.cookie)
        with pytest.raises(Refused):  # the same answer again
            identity.finish_passkey(ceremony.pending, answer, ELSEWHERE)


def test_an_answer_of_another_address_key_question_or_finger_is_refused(blog: Blog) -> None:
    owner, phone = make_owner(blog), Authenticator()
    register(blog, owner.cookie, phone)
    identity = blog.site.identity
    wrong = [
        Authenticator(origin="https://blog.example.evil", key=phone.key, uses=10),
        Authenticator(origin="http://blog.example", key=phone.key, uses=10),
        Authenticator(uses=10),  # another key under the same name
        Authenticator(key=phone.key, uses=10, verified=False),
        Authenticator(key=phone.key, uses=10, id=b"a passkey nobody knows"),
    ]
    for number, other in enumerate(wrong):
        ceremony = identity.passkeys.begin_sign_in()
        caller = type(HERE)(f"10.4.{number}.1")
        with pytest.raises(Refused) as refused:
            identity.finish_passkey(ceremony.pending, other.get(ceremony.options), caller)
        assert refused.value.code == "sign-in-refused"
    asked, answered = identity.passkeys.begin_sign_in(), identity.passkeys.begin_sign_in()
    with pytest.raises(Refused):
        identity.finish_passkey(asked.pending, phone.get(answered.options), HERE)


def test_a_copied_key_is_found_out_by_its_count(blog: Blog) -> None:
    owner, phone = make_owner(blog), Authenticator()
    register(blog, owner.cookie, phone)
    copy = Authenticator(key=phone.key)
    identity = blog.site.identity
    for _ in range(3):
        ceremony = identity.passkeys.begin_sign_in()
        identity.finish_passkey(ceremony.pending, phone.get(ceremony.options), HERE)
    ceremony = identity.passkeys.begin_sign_in()
    with pytest.raises(Refused):
        identity.finish_passkey(ceremony.pending, copy.get(ceremony.options), HERE)


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "{", '{"id": 1}', "[" * 9000, "x" * 99_999, '{"id": "YQ"}']
)
def test_nonsense_is_no_passkey(blog: Blog, answer: str) -> None:
    owner, identity = make_owner(blog), blog.site.identity
    with pytest.raises(Refused):
        identity.finish_passkey(identity.passkeys.begin_sign_in().pending, answer, HERE)
    with signed_in(blog, owner.cookie):
        pending = identity.passkeys.begin_registration().pending
        with pytest.raises(UserError) as error:
            identity.passkeys.finish_registration(pending, answer, "Phone")
    assert error.value.code == "passkey-unfit"


def test_a_passkey_is_one_persons_and_goes_when_it_is_removed(blog: Blog) -> None:
    owner, dan, phone = make_owner(blog), member(blog, "Dan", "author"), Authenticator()
    number = register(blog, owner.cookie, phone)
    with pytest.raises(UserError):
        register(blog, dan.cookie, phone)
    passkeys = blog.site.identity.passkeys
    with signed_in(blog, dan.cookie):
        assert not passkeys.remove(dan.session.user_id, number)
    with signed_in(blog, owner.cookie):
        assert [one.name for one in passkeys.of(owner.session.user_id)] == ["Phone"]
        assert passkeys.remove(owner.session.user_id, number)
        assert passkeys.of(owner.session.user_id) == ()
    ceremony = passkeys.begin_sign_in()
    with pytest.raises(Refused):
        blog.site.identity.finish_passkey(ceremony.pending, phone.get(ceremony.options), HERE)


def test_a_passkey_of_a_disabled_person_signs_nobody_in(blog: Blog) -> None:
    make_owner(blog)
    dan, phone = member(blog, "Dan", "author"), Authenticator()
    register(blog, dan.cookie, phone)
    blog.site.identity.people.disable(dan.session.user_id)
    ceremony = blog.site.identity.passkeys.begin_sign_in()
    with pytest.raises(Refused):
        blog.site.identity.finish_passkey(ceremony.pending, phone.get(ceremony.options), HERE)


def test_a_passkey_confirms_who_is_signed_in(blog: Blog, freeze: Freeze) -> None:
    freeze(NOON)
    owner, dan = make_owner(blog), member(blog, "Dan", "author")
    phone, dans = Authenticator(), Authenticator(id=b"another phone")
    register(blog, owner.cookie, phone)
    register(blog, dan.cookie, dans)
    freeze(NOON + timedelta(hours=1))
    identity = blog.site.identity
    ceremony = identity.passkeys.begin_sign_in()
    with pytest.raises(Refused):
        identity.confirm_by_passkey(owner.cookie, ceremony.pending, dans.get(ceremony.options))
    ceremony = identity.passkeys.begin_sign_in()
    done = identity.confirm_by_passkey(owner.cookie, ceremony.pending, phone.get(ceremony.options))
    with signed_in(blog, done.cookie):
        identity.require_confirmed()


@pytest.mark.parametrize(
    ("base_url", "host", "origin"),
    [
        ("https://blog.example", "blog.example", "https://blog.example"),
        ("https://blog.example:8443/", "blog.example", "https://blog.example:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
        ("http://[::1]:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_passkeys_are_made_for_the_sites_own_address(base_url: str, host: str, origin: str) -> None:
    place = place_of(base_url)
    assert (place.host, place.origin) == (host, origin)


@pytest.mark.parametrize(
    "base_url", ["", "http://blog.example", "https://192.0.2.7", "x", "http://["]
)
def test_other_addresses_have_no_passkeys(base_url: str) -> None:
    with pytest.raises(OperatorError):
        place_of(base_url)
