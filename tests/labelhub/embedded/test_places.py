from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
import pytest
import redis
from kombu.utils.url import url_to_parts

from labelhub.embedded import places
from labelhub.embedded.problem import Problem


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An ordinary user's account."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.delenv("LABELHUB_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_an_ordinary_user_keeps_data_in_the_home_folder(ordinary: Path) -> None:
    assert places.home() == ordinary / ".local/share/labelhub"


def test_an_ordinary_user_may_keep_data_elsewhere(
    ordinary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert places.home() == Path("/data/labelhub")
    monkeypatch.setenv("XDG_DATA_HOME", "not/absolute")
    assert places.home() == ordinary / ".local/share/labelhub"


def test_root_keeps_data_where_a_service_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABELHUB_HOME", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert places.home() == Path("/var/lib/labelhub")


def test_the_chosen_home_may_be_relative_or_begin_with_a_tilde(
    ordinary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ordinary)
    monkeypatch.setenv("LABELHUB_HOME", "here")
    assert places.home() == ordinary / "here"
    monkeypatch.setenv("LABELHUB_HOME", "~/there")
    assert places.home() == ordinary / "there"


def test_the_data_lies_outside_the_checkout(ordinary: Path) -> None:
    assert not places.home().is_relative_to(places.checkout())


def test_sockets_lie_in_the_home_while_their_paths_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELHUB_HOME", "/srv/labelhub")
    assert places.run_dir() == Path("/srv/labelhub/run")


def test_sockets_of_a_home_with_a_long_path_lie_in_a_short_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LABELHUB_HOME", "/srv/" + "long/" * 20)
    first = places.run_dir()
    assert len(os.fsencode(places.postgres_sockets() / ".s.PGSQL.5432")) <= 107
    assert places.run_dir() == first
    monkeypatch.setenv("LABELHUB_HOME", "/srv/" + "long/" * 20 + "other")
    assert places.run_dir() != first


def test_sockets_do_not_lie_below_a_comma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELHUB_HOME", "/srv/one,two")
    assert "," not in places.database_url()


@pytest.mark.parametrize("lies_there", ["open folder", "link", "file"])
def test_a_short_folder_that_somebody_else_prepared_is_refused(
    lies_there: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LABELHUB_HOME", str(tmp_path / ("long" * 30)))
    stand_in = places.run_dir()
    try:
        if lies_there == "open folder":
            stand_in.mkdir()
            stand_in.chmod(0o777)
        elif lies_there == "link":
            stand_in.symlink_to(tmp_path)
        else:
            stand_in.touch()
        with pytest.raises(Problem, match="is not a private folder"):
            places.run_dir()
    finally:
        if lies_there == "open folder":
            stand_in.rmdir()
        else:
            stand_in.unlink()


def test_external_servers_are_used_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/one")
    monkeypatch.setenv("REDIS_URL", "rediss://queue.example:6380/2")
    assert places.database_url() == "postgresql://db.example/one"
    assert places.redis_url() == "rediss://queue.example:6380/2"
    assert places.broker_url() == "rediss://queue.example:6380/2"


def test_every_library_reads_the_socket_out_of_its_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELHUB_HOME", "/srv/a b/50%/ü#1?")
    assert dj_database_url.parse(places.database_url())["HOST"] == "/srv/a b/50%/ü#1?/run/pg"
    pool = redis.Redis.from_url(places.redis_url()).connection_pool
    assert pool.connection_kwargs["path"] == "/srv/a b/50%/ü#1?/run/redis.sock"
    assert "/" + url_to_parts(places.broker_url()).path == "/srv/a b/50%/ü#1?/run/redis.sock"


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1", "8000.5", "٨٠"])
def test_a_port_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELHUB_PORT", text)
    with pytest.raises(Problem, match="set it to a number from 1 to 65535"):
        places.port()
