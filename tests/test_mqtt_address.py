# SPDX-License-Identifier: Apache-2.0
"""A broker's address is read as people write it, and a password never shows."""

from __future__ import annotations

import pytest
from factory_twin.errors import LinkError
from factory_twin.mqtt.address import Address, parse


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "PASSWORD", "CA"):
        monkeypatch.delenv(f"FACTORY_TWIN_MQTT_{name}", raising=False)


@pytest.mark.parametrize(
    ("text", "host", "port", "tls"),
    [
        ("mqtt://plant:1884", "plant", 1884, False),
        ("mqtt://plant", "plant", 1883, False),
        ("mqtts://plant", "plant", 8883, True),
        ("plant", "plant", 1883, False),
        ("10.0.0.7:1999", "10.0.0.7", 1999, False),
        (" mqtt://[::1]:1883/ ", "::1", 1883, False),
    ],
)
def test_addresses_are_read(text: str, host: str, port: int, tls: bool) -> None:
    found = parse(text)
    assert (found.host, found.port, found.tls) == (host, port, tls)
    assert parse(str(found)) == found


@pytest.mark.parametrize(
    "text", ["", "http://plant", "mqtt://", "mqtt://plant:70000", "mqtt://plant:x", "mqtt://plant/topic", "://"]
)
def test_other_text_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(LinkError, match="mqtt://host:port"):
        parse(text)


def test_user_and_password_come_from_argument_then_text_then_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTORY_TWIN_MQTT_USER", "envy")
    monkeypatch.setenv("FACTORY_TWIN_MQTT_PASSWORD", "env-secret")
    assert (parse("plant").user, parse("plant").password) == ("envy", "env-secret")
    found = parse("mqtt://bob:p%40ss@plant")
    assert (found.user, found.password) == ("bob", "p@ss")
    assert parse("mqtt://bob:p@plant", user="ann", password="q").user == "ann"


def test_a_password_never_shows() -> None:
    found = parse("mqtts://bob:hunter2@plant")
    assert "hunter2" not in f"{found} {found!r}"
    with pytest.raises(LinkError) as error:
        parse("http://bob:hunter2@plant")
    assert "hunter2" not in str(error.value)
    assert isinstance(found, Address)
