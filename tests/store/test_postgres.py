"""PostgreSQL under bad luck: weak or foreign servers, restarts, lost commits, writers that meet, forked processes."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from survey.domain.account import Account
from survey.domain.organisation import Organisation, Unit
from survey.operations import installation
from survey.store import StoreBusy, StoreError, StoreRefused, schema
from tests.store.conftest import NOON

ADAPTERS = ("postgres",)
NEW_STEP = schema.Step(
    "9997 catatan", ("CREATE TABLE catatan (unit TEXT NOT NULL PRIMARY KEY, n INTEGER){strict}",)
)


@pytest.fixture
def pg(adapter: str, postgres: Any) -> Any:
    """The server that the store is on."""
    return postgres


@pytest.fixture
def sql(office: Any) -> Iterator[Callable[..., Any]]:
    """Statements of somebody else, each on its own: ``sql("UPDATE …")``."""
    from survey.store.postgres.connection import connect

    with connect(office.config["DATABASE"]) as connection:
        yield connection.execute


def refused(
    config: Any, do: Callable[[Any], Any] = installation.open_store, kind: type = StoreRefused
) -> str:
    """The sentence of the refusal, which never shows a password, not even with its traceback."""
    with pytest.raises(kind) as caught:
        do(config).close()
    whole = "".join(traceback.format_exception(caught.value))
    password = config["DATABASE"].partition("@")[0].rpartition(":")[2]
    assert password not in whole
    sentence = str(caught.value)
    assert sentence and "\n" not in sentence
    return sentence


# a server that would lose answers


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_would_lose_answers_in_a_power_cut_is_refused_by_the_name_of_its_setting(
    office, pg, settings_of, setting
):
    config = settings_of(DATABASE=office.config["DATABASE"])
    with pg.changed(setting, "off"):
        wait_until(lambda: pg.sql(f"SHOW {setting}") == [("off",)])
        assert f"{setting}=off" in refused(config)
        assert f"{setting} = on" in refused(config, installation.create_store)  # the cure
    wait_until(lambda: pg.sql(f"SHOW {setting}") == [("on",)])
    assert office.open().units()


def test_a_server_that_becomes_weak_while_it_serves_is_noticed_before_the_next_restart(office, pg):
    office.store.check_writable()
    with pg.changed("fsync", "off"):
        wait_until(lambda: pg.sql("SHOW fsync") == [("off",)])
        with pytest.raises(StoreRefused, match="fsync=off"):
            office.store.check_writable()


def test_what_keeps_the_answers_is_said_in_one_sentence(store):
    assert "fsync=on" in store.durability() and "synchronous_commit=on" in store.durability()
    assert store.check_integrity() == []


# a database that is not ours


def test_each_wrong_address_is_told_by_its_own_sentence(pg, settings_of):
    def at(url: str) -> str:
        return refused(settings_of(DATABASE=url))

    with pg.database() as url:
        name = url.rpartition("/")[2]
        assert "Pangkalan data 'tiada' belum ada" in at(url.replace(name, "tiada"))
        assert "menolak pengguna atau kata sandinya" in at(url.replace(pg.password, "salah-sandi"))
        assert "menolak pengguna atau kata sandinya" in at(url.replace("//skm:", "//tiada:"))
        assert "masih kosong. Buat instalasi dengan: skm init" in at(url)
        assert "alamat PostgreSQL tidak dapat dibaca" in at(f"{url}?nosuchoption=rahasia-lain")
        pg.sql("CREATE TABLE wp_posts (id int)", name)
        assert "milik aplikasi lain (tabel wp_posts)" in at(url)
        assert "sudah berisi tabel wp_posts" in refused(settings_of(DATABASE=url), installation.create_store)
    away = f"postgresql://skm:{pg.password}@127.0.0.1:1/skm"
    assert "tidak dapat dihubungi" in refused(settings_of(DATABASE=away), kind=StoreBusy)


def test_a_database_that_cannot_hold_every_letter_is_refused(pg, settings_of):
    with pg.database(encoding="LATIN1", options="LOCALE 'C'") as url:
        assert "pengodean LATIN1" in refused(settings_of(DATABASE=url), installation.create_store)
        assert pg.sql(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", url.rpartition("/")[2]
        ) == [(0,)]


def test_a_user_who_may_not_make_tables_is_told_so(pg, settings_of):
    with pg.database() as url:
        pg.sql("CREATE ROLE tamu LOGIN PASSWORD 'tamu-rahasia'")
        try:
            guest = url.replace(f"skm:{pg.password}", "tamu:tamu-rahasia")
            assert "hak akses kurang" in refused(
                settings_of(DATABASE=guest), installation.create_store, StoreError
            )
        finally:
            pg.sql("DROP ROLE tamu")


def test_the_owner_of_the_database_needs_no_other_rights(pg, settings_of, answer):
    pg.sql("CREATE ROLE kantor LOGIN PASSWORD 'kantor-rahasia'")
    try:
        with pg.database(options="OWNER kantor") as url:
            config = settings_of(DATABASE=url.replace(f"skm:{pg.password}", "kantor:kantor-rahasia"))
            with contextlib.closing(installation.create_store(config)) as store:
                store.save_unit(Unit("dukcapil", "Dukcapil"))
                assert store.keep(answer()).status == "kept"
                store.check_writable()
                assert store.check_integrity() == store.recount() == installation.upgrade(config) == []
                assert "PostgreSQL" in store.durability()
    finally:
        pg.sql("DROP ROLE kantor")


def test_an_installation_is_never_made_over_another(office, everything, answer):
    office.store.keep(answer())
    assert "sudah berisi instalasi SKM" in refused(office.config, installation.create_store)
    assert len(everything(office.store)) == 1


def test_an_older_database_waits_for_its_upgrade_and_a_newer_one_for_its_version(office, monkeypatch, answer):
    office.store.keep(answer())
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", (*schema.STEPS, NEW_STEP))
        assert "belum diperbarui (9997 catatan). Jalankan: skm upgrade" in refused(office.config)
        assert installation.pending_steps(office.config) == ["9997 catatan"]
        assert installation.upgrade(office.config) == ["9997 catatan"]
        assert installation.upgrade(office.config) == []
        assert len(list(office.open().responses(None, None, None))) == 1
    assert "versi yang lebih baru (9997 catatan)" in refused(office.config)


def test_an_upgrade_step_that_fails_leaves_nothing_of_itself(office, monkeypatch, sql):
    broken = schema.Step(
        "9998 rusak", ("CREATE TABLE setengah (a INTEGER){strict}", "CREATE TABLE x (a NOSUCHTYPE)")
    )
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEW_STEP, broken))
    with pytest.raises(StoreError):
        installation.upgrade(office.config)
    assert installation.pending_steps(office.config) == ["9998 rusak"]
    assert sql("SELECT to_regclass('catatan') IS NULL, to_regclass('setengah') IS NULL").fetchone() == (
        False,
        True,
    )


def test_a_database_that_could_not_be_filled_to_the_end_is_empty_again(pg, settings_of, monkeypatch):
    broken = schema.Step("9998 rusak", ("CREATE TABLE x (a NOSUCHTYPE)",))
    with pg.database() as url:
        with monkeypatch.context() as patch, pytest.raises(StoreError, match="nosuchtype"):
            patch.setattr(schema, "STEPS", (*schema.STEPS, broken))
            installation.create_store(settings_of(DATABASE=url))
        installation.create_store(settings_of(DATABASE=url)).close()


def test_four_upgrades_at_once_do_the_work_once(office, monkeypatch):
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, NEW_STEP))
    done = at_once(4, lambda _: installation.upgrade(office.config))
    assert sorted(done) == [[], [], [], ["9997 catatan"]]


def test_of_four_who_fill_an_empty_database_at_once_one_succeeds(pg, settings_of):
    with pg.database() as url:
        config = settings_of(DATABASE=url)

        def fill(_: int) -> str:
            try:
                installation.create_store(config).close()
            except StoreRefused as error:
                return str(error)
            return "dibuat"

        assert sorted(at_once(4, fill)).count("dibuat") == 1


# writers that meet


def test_without_taking_the_rows_writers_beside_each_other_would_lose_counts(office, answer, monkeypatch):
    """The contract's test of eight writers at once can fail."""
    monkeypatch.setattr(type(office.store), "LOCK", "")
    stores = [office.open() for _ in range(8)]
    assert at_once(8, lambda n: [stores[n].keep(answer()).status for _ in range(20)]) == [["kept"] * 20] * 8
    assert office.store.recount() != []


def test_ratings_of_one_unit_that_wait_for_each_other_share_a_transaction_and_each_stands_or_falls_alone(
    office, pg, answer, sql, count
):
    store, sent = office.open(), [answer() for _ in range(9)]
    sent[4] = answer(counter="tiada")
    sql("BEGIN")
    sql("SELECT 1 FROM unit WHERE key = 'dukcapil' FOR UPDATE")  # the first waits here, the others behind it
    with ThreadPoolExecutor(9) as phones:
        waiting = [phones.submit(store.keep, each) for each in sent]
        wait_until(lambda: len(store._turns[os.getpid(), "dukcapil"]._waiting) == 8)
        assert store.keep(answer(unit="rsud")).status == "kept"  # nobody waits for another unit
        wait_until(lambda: at_the_row(pg) == 1)  # one, not nine
        sql("COMMIT")
        outcomes = [each.exception() or each.result().status for each in waiting]
    assert "ditolak" in str(outcomes.pop(4))
    assert outcomes == ["kept"] * 8
    assert count(store) == 9
    assert store.recount() == []


def test_writers_that_wait_for_each_other_both_get_through(office, answer):
    """A real deadlock: each holds the row that the other wants; the server ends one of them, and it is repeated."""
    one, two = office.store, office.open()
    met, tries = threading.Barrier(2), []

    def touch(order: tuple[str, str]) -> Callable[[Any], None]:
        def work(connection: Any) -> None:
            tries.append(order)
            connection.execute("SET LOCAL deadlock_timeout = '50ms'")
            for unit in order:
                connection.execute("UPDATE unit SET phone = phone || '.' WHERE key = ?", (unit,))
                if unit == order[0] and len(tries) <= 2:
                    with contextlib.suppress(threading.BrokenBarrierError):
                        met.wait(2)

        return work

    orders = (("dukcapil", "rsud"), ("rsud", "dukcapil"))
    at_once(2, lambda n: (one, two)[n].write(touch(orders[n])))
    assert len(tries) == 3
    assert [unit.phone for unit in one.units()] == ["..", ".."]


def test_work_that_the_server_could_not_put_in_order_is_done_again(office):
    """A real 40001: the row changed after this transaction had begun to see an older moment."""
    tries = []

    def work(connection: Any) -> None:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        (phone,) = connection.execute("SELECT phone FROM unit WHERE key = 'rsud'").fetchone()
        if not tries:
            office.open().write(lambda c: c.execute("UPDATE unit SET phone = '1' WHERE key = 'rsud'"))
        tries.append(phone)
        connection.execute("UPDATE unit SET phone = ? WHERE key = 'rsud'", (phone + "2",))

    office.store.write(work)
    assert tries == ["", "1"]
    assert office.store.unit("rsud").phone == "12"


def test_without_repeating_it_the_work_would_fail(office, monkeypatch):
    """The two tests above can fail."""
    from survey.store.postgres import store as postgres

    monkeypatch.setattr(postgres, "TRIES", 1)
    with pytest.raises(StoreError, match="could not serialize"):
        test_work_that_the_server_could_not_put_in_order_is_done_again(office)


def test_an_answer_that_waits_too_long_for_a_row_is_told_to_come_again(
    office, answer, sql, monkeypatch, count
):
    from survey.store.postgres import connection as postgres_connection

    monkeypatch.setattr(postgres_connection, "SESSION", postgres_connection.SESSION.replace("'5s'", "'0.2s'"))
    store = office.open()
    store.keep(answer())
    sql("BEGIN")
    sql("SELECT 1 FROM tally FOR UPDATE")
    with pytest.raises(StoreBusy, match="sedang dipakai proses lain"):
        store.keep(answer())  # while the other one still has the row: only the limit can have ended the wait
    sql("ROLLBACK")
    assert store.keep(answer()).status == "kept"
    assert count(store) == 2


# connections that end


def test_a_server_that_restarts_between_two_answers_is_not_noticed(office, pg, answer, count):
    at_once(4, lambda _: office.store.keep(answer()))  # several connections, all of which die
    pg.restart("immediate")
    assert office.store.keep(answer()).status == "kept"
    assert [unit.key for unit in office.store.units()] == ["dukcapil", "rsud"]
    assert count(office.store) == 5


def test_while_the_server_is_away_answers_are_refused_in_words_and_soon_after_it_is_back_they_are_kept(
    office, pg, answer, monkeypatch, everything
):
    from survey.store.postgres import connection as postgres_connection

    monkeypatch.setattr(postgres_connection, "PATIENCE", 0.5)
    store, kept = office.open(), [answer(), answer()]
    store.keep(kept[0])
    pg.stop("immediate")
    try:
        for _ in range(3):
            with pytest.raises(StoreBusy, match="PostgreSQL"):
                store.keep(kept[1])
        with pytest.raises(StoreBusy):
            store.units()
    finally:
        pg.start()
    wait_until(lambda: works(lambda: store.keep(kept[1])), 10)
    assert sorted(r.id for r in everything(store)) == sorted(r.id for r in kept)
    assert store.recount() == []


def test_a_connection_lost_in_the_middle_of_the_work_is_taken_anew(office, sql, count, answer):
    lost = []

    def work(connection: Any) -> int:
        if not lost:
            lost.append(connection.execute("SELECT pg_backend_pid()").fetchone()[0])
            sql("SELECT pg_terminate_backend(%s::int, 2000)", lost)
        return connection.execute("UPDATE unit SET phone = phone || '.'").rowcount

    assert office.store.write(work) == 2
    assert [unit.phone for unit in office.store.units()] == [".", "."]


def test_an_answer_whose_commit_got_lost_is_not_confirmed_and_its_repeat_is_counted_once(
    office, sql, answer, count
):
    """The server ends the connection inside COMMIT: nobody can know whether the answer is there."""
    sql(
        """CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"""
    )
    sql(
        """CREATE CONSTRAINT TRIGGER vanish AFTER INSERT ON response DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION vanish()"""
    )
    sent = answer()
    with pytest.raises(StoreBusy, match=r"terputus saat menyimpan\. Kirim lagi"):
        office.store.keep(sent)
    sql("DROP TRIGGER vanish ON response")
    assert office.store.keep(sent).status in ("kept", "again")
    assert count(office.store) == 1
    assert office.store.recount() == []


def test_a_transaction_that_the_server_gave_up_is_not_confirmed(office):
    """COMMIT answers ROLLBACK after a failure that the work has swallowed."""

    def work(connection: Any) -> None:
        with contextlib.suppress(Exception):
            connection.execute("SELECT 1 / 0")

    with pytest.raises(StoreBusy, match="membatalkan"):
        office.store.write(work)


@pytest.mark.filterwarnings("ignore:.*fork")
def test_a_process_that_splits_itself_leaves_its_parents_connections_alone(office, answer, count):
    office.store.keep(answer())
    sent = [answer() for _ in range(5)]
    child = os.fork()
    if child == 0:
        try:
            statuses = [office.store.keep(each).status for each in sent]
            os._exit(0 if statuses == ["kept"] * 5 else 1)
        finally:
            os._exit(2)
    for _ in range(5):
        office.store.keep(answer())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert count(office.store) == 11
    assert office.store.recount() == []


def test_a_closed_store_says_so_and_leaves_no_connection(office, pg):
    store = office.open()
    store.units()
    store.close()
    with pytest.raises(StoreBusy, match="sudah ditutup"):
        store.units()
    office.close()
    at_work = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'skm'"
    wait_until(lambda: pg.sql(at_work) == [(0,)])


# what is read


def test_names_are_in_the_order_of_their_bytes_whatever_the_languages_of_the_server(pg, settings_of):
    """Pages of answers are cut by comparing; SQLite compares bytes. ICU's Indonesian puts 'a-b' behind 'ab'."""
    with pg.database(options="LOCALE_PROVIDER icu ICU_LOCALE 'id-ID' LOCALE 'C.UTF-8'") as url:
        name = url.rpartition("/")[2]
        names = ["Zahra", "agus", "a-b", "ab", "Äbc", "_x"]
        values = ", ".join(f"('{each}')" for each in names)
        assert [row[0] for row in pg.sql(f"SELECT * FROM (VALUES {values}) v ORDER BY 1", name)] != sorted(
            names
        )
        store = installation.create_store(settings_of(DATABASE=url))
        with contextlib.closing(store):
            for each in names:
                store.save_account(Account(each, "viewer", "hash", ()))
            assert [account.name for account in store.accounts()] == sorted(names)


def test_text_with_a_null_character_finds_nobody_and_breaks_nothing(store):
    from datetime import UTC, datetime

    assert store.link("AB\0CD") is None
    assert store.account("admin\0") is None
    now = datetime(2026, 8, 12, tzinfo=UTC)
    store.add_login_failure("account:admin\0", now)
    assert store.login_failures("account:admin\0", now) == (1, now)
    assert store.login_failures("account:admin", now) == (0, None)


def test_a_snapshot_streams_from_the_server(store):
    """The last of a hundred thousand rows cannot be had: who fetches them all before the first one fails."""
    with store.snapshot() as query:
        numbers = iter(query("SELECT n / (100000 - n) FROM generate_series(1, 100000) n"))
        assert [next(numbers), next(numbers)] == [(0,), (0,)]
        assert query("SELECT count(*) FROM unit").fetchone() == (2,)  # another one beside it
        assert next(numbers) == (0,)


def test_what_fails_inside_a_snapshot_is_said_in_words_and_the_next_read_works(store):
    with pytest.raises(StoreBusy, match="gagal"), store.snapshot() as query:
        query("SELECT tiada FROM unit")
    with pytest.raises(ValueError, match="lain"), store.snapshot() as query:
        query("SELECT key FROM unit")
        raise ValueError("lain")
    assert len(store.units()) == 2


def test_guards_that_somebody_switched_off_are_found(store, sql):
    sql("ALTER TABLE response DISABLE TRIGGER ALL")
    sql("DROP TABLE upkeep")
    sql("ALTER TABLE unit ADD CONSTRAINT nanti CHECK (key <> 'x') NOT VALID")
    found = store.check_integrity()
    assert "tabel upkeep tidak ada" in found
    assert "kunci asing tidak dijaga di tabel response" in found
    assert "aturan nanti belum diperiksa" in found


def test_numbers_beyond_four_bytes_are_kept_as_in_a_file(store):
    store.save_unit(Unit("provinsi", "Provinsi", population=3_000_000_000))
    assert store.unit("provinsi").population == 3_000_000_000


# an installation on a server


def test_init_writes_the_address_down_and_an_init_that_fails_leaves_nothing(pg, tmp_path, monkeypatch, now):
    from survey.commands.operations import init

    here = Organisation("Kabupaten Contoh", "PEMERINTAH KABUPATEN CONTOH")

    def fail(*_: Any) -> None:
        raise KeyboardInterrupt

    with pg.database() as url:
        monkeypatch.setenv("SKM_DATABASE", url)
        with pytest.raises(KeyboardInterrupt):
            init.create(tmp_path / "i", here, now, fill=fail)
        assert not (tmp_path / "i").exists()
        init.create(tmp_path / "i", here, now)
        monkeypatch.delenv("SKM_DATABASE")
        config = installation.load_config(tmp_path / "i")
        with contextlib.closing(installation.open_store(config)) as store:
            assert store.organisation() == here
        assert (tmp_path / "i" / "config.toml").stat().st_mode & 0o077 == 0


def test_two_servers_of_one_installation_count_every_answer_once(pg, tmp_path, monkeypatch, now, clock):
    """Submitted in turn to two applications, as behind a load balancer; a retry may reach the other one."""
    from survey.app import create_app
    from survey.commands.operations import init
    from tests.conftest import QR_CODE, fill

    with pg.database() as url:
        monkeypatch.setenv("SKM_DATABASE", url)
        init.create(
            tmp_path / "i",
            Organisation("Kabupaten Contoh", "PEMERINTAH"),
            now,
            fill=lambda s, c, n: fill(s, n),
        )
        monkeypatch.delenv("SKM_DATABASE")
        config = installation.load_config(tmp_path / "i")
        with (
            contextlib.closing(installation.open_store(config)) as a,
            contextlib.closing(installation.open_store(config)) as b,
        ):
            clients = [create_app(config, store=store, clock=clock).test_client() for store in (a, b)]
            forms = [{"id": str(uuid4()), "persyaratan": "4", "saran": f"Baik {n}"} for n in range(6)]
            codes = [
                client.post(f"/s/{QR_CODE}", data=form, headers={"Accept": "application/json"}).status_code
                for client in clients
                for form in forms
            ]
            assert codes == [201] * 6 + [200] * 6
            assert clients[0].get("/s/AB%00CD").status_code == 404
            assert clients[1].get("/healthz/ready").status_code == 200
            assert sum(row.n for row in b.tallies(None, None)) == 6


def test_without_the_library_the_cure_is_named(settings_of, monkeypatch):
    import builtins
    import sys

    real = builtins.__import__

    def none(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("psycopg"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **kwargs)

    for name in [n for n in sys.modules if n.startswith("survey.store.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    import survey.store

    monkeypatch.delattr(survey.store, "postgres", raising=False)
    monkeypatch.setattr(builtins, "__import__", none)
    config = settings_of(DATABASE="postgresql://skm:rahasia-sekali@server/skm")
    assert "pip install 'psycopg[binary]' psycopg-pool" in refused(config)


def at_the_row(server: Any) -> int:
    """How many connections wait for a lock."""
    return int(server.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")[0][0])


def works(do: Callable[[], Any]) -> bool:
    try:
        do()
    except StoreBusy:
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def at_once(count: int, do: Callable[[int], Any]) -> list[Any]:
    """What `do(0)`, `do(1)` … return when they run at the same time."""
    together = threading.Barrier(count)

    def one(number: int) -> Any:
        together.wait(10)
        return do(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.parametrize(
    ("spoil", "mend", "word"),
    [
        (
            "CREATE FUNCTION better() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN new.answers := ''111111111''; RETURN new; END';"
            "CREATE TRIGGER better BEFORE INSERT ON response FOR EACH ROW EXECUTE FUNCTION better()",
            "DROP TRIGGER better ON response; DROP FUNCTION better()",
            "pemicu better di tabel response",
        ),
        (
            "CREATE RULE quiet AS ON INSERT TO audit DO INSTEAD NOTHING",
            "DROP RULE quiet ON audit",
            "aturan quiet di tabel audit",
        ),
        (
            "ALTER TABLE response_aside DROP CONSTRAINT response_aside_pkey",
            "ALTER TABLE response_aside ADD PRIMARY KEY (unit, id, fingerprint)",
            "tabel response_aside berbeda",
        ),
    ],
)
def test_tables_that_are_not_ours_any_more_keep_no_answers(store, answer, sql, spoil, mend, word):
    store.check_writable()
    for statement in spoil.split(";CREATE"):
        sql(statement if statement.startswith(("CREATE", "ALTER")) else f"CREATE{statement}")
    with pytest.raises(StoreRefused, match=word):
        store.check_writable()
    for statement in mend.split("; "):
        sql(statement)
    store.check_writable()
    assert store.keep(answer()).status == "kept"


def test_several_calls_together_are_done_again_whole_when_two_writers_met(store):
    tried = []

    def work():
        tried.append(len(store.audit_log(9)))
        store.audit(NOON, "admin", "tambah unit", "camat")
        if len(tried) == 1:
            raise psycopg.errors.SerializationFailure
        store.save_unit(Unit("camat", "Kecamatan"))

    store.together(work)
    assert (tried, len(store.audit_log(9)), store.unit("camat").name) == ([0, 0], 1, "Kecamatan")
