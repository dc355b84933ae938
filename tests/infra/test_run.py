"""The front door: what it skips, what it finds, and what it says when something is missing."""

import ast
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
import urllib.request
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import polib
import pytest
import typst

ROOT = Path(__file__).resolve().parents[2]


def load_run():
    loader = SourceFileLoader("zugang_run", str(ROOT / "run"))
    module = module_from_spec(spec_from_loader("zugang_run", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The front door, with every folder that it writes to moved away and no tool of this machine in reach."""
    module = load_run()
    for name in ["VENV", "NODE_MODULES", "VENDOR", "VAR"]:
        monkeypatch.setattr(module, name, tmp_path / name.lower())
    monkeypatch.setattr(module, "PYTHON", tmp_path / "venv" / "bin" / "python")
    monkeypatch.setattr(module, "LOCKS", tmp_path / "locks")
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    module.LOCKS.mkdir()
    for lock in ["runtime.txt", "dev.txt", "node.txt"]:
        (module.LOCKS / lock).write_text("first")
    return module


def make_tool(path: Path, body: str = "exit 0") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- Python ------------------------------------------------------------------------------------------------------


def test_run_can_be_read_by_python_3_6():
    ast.parse((ROOT / "run").read_text(encoding="utf-8"), feature_version=(3, 6))


def test_run_names_the_python_that_it_needs_when_it_is_older(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))

    with pytest.raises(SystemExit) as stop:
        load_run()

    assert str(stop.value).startswith("Zugang needs Python 3.11 or newer.")
    assert str(stop.value).endswith("(this is Python 3.10)")


def test_run_shows_python_2_a_line_that_says_what_it_needs():
    lines = (ROOT / "run").read_text(encoding="utf-8").splitlines()
    statements = [line for line in lines[lines.index("import sys") :] if "f" + '"' in line]

    assert statements[0] == 'TOO_OLD = f"Zugang needs Python 3.11 or newer. Start it with one: python3.11 run demo"'


# --- Installing --------------------------------------------------------------------------------------------------


@pytest.fixture
def installed(run, monkeypatch):
    """Record what pip is asked for instead of installing it."""
    locks = []
    monkeypatch.setattr(run, "venv_version", lambda: "3.11.2")
    monkeypatch.setattr(run, "make_venv", lambda: None)
    monkeypatch.setattr(run, "pip_install", lambda lock: locks.append(lock.name))
    return locks


def test_install_python_skips_when_nothing_changed(run, installed):
    run.install_python(dev=False)
    run.install_python(dev=False)

    assert installed == ["runtime.txt"]


def test_install_python_installs_again_when_the_lock_changed(run, installed):
    run.install_python(dev=False)
    (run.LOCKS / "runtime.txt").write_text("second")
    run.install_python(dev=False)

    assert installed == ["runtime.txt", "runtime.txt"]


def test_install_python_installs_again_when_python_changed(run, installed, monkeypatch):
    run.install_python(dev=False)
    monkeypatch.setattr(run, "venv_version", lambda: "3.13.5")
    run.install_python(dev=False)

    assert installed == ["runtime.txt", "runtime.txt"]


def test_install_python_takes_the_dev_lock_for_both(run, installed):
    run.install_python(dev=True)
    run.install_python(dev=False)
    run.install_python(dev=True)

    assert installed == ["dev.txt"]


def test_install_python_leaves_no_stamp_when_pip_fails(run, monkeypatch):
    make_tool(run.PYTHON, 'case "$2" in pip) echo "NewConnectionError: no"; exit 1;; *) echo 3.11.2;; esac')

    with pytest.raises(run.Stop, match="package index cannot be reached"):
        run.install_python(dev=False)

    assert run.read_stamps(run.VENV) == {}


@pytest.mark.parametrize("extra", ["dev", "production"])
def test_each_lock_holds_every_pin_of_the_runtime(extra):
    def pins(name):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        return set(re.findall(r"^\S+==[^\\]+", text, flags=re.MULTILINE))

    assert pins("runtime") <= pins(extra)


def test_make_venv_names_the_package_when_ensurepip_is_missing(run, monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)

    with pytest.raises(run.Stop, match="apt-get install python3-venv"):
        run.make_venv()


def test_make_venv_keeps_one_that_works(run, monkeypatch):
    make_tool(run.PYTHON)
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: pytest.fail("a new one was made"))

    run.make_venv()


def test_check_writable_names_the_folder_when_it_may_not_write(run, tmp_path, monkeypatch):
    monkeypatch.setattr(run.os, "access", lambda *_: False)

    with pytest.raises(run.Stop, match=re.escape(f"No permission to write in {tmp_path}.")):
        run.check_writable(tmp_path / "missing" / "deeper")


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "The disk is full"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "does not match our lock file"),
        ("npm error code EINTEGRITY", "does not match our lock file"),
        ("Temporary failure in name resolution", "The index cannot be reached"),
        ("ERROR: Could not find a version that satisfies amqp==5.4.2 (from versions: none)", "cannot be reached"),
        ("npm error code ENOTFOUND", "cannot be reached"),
        ("ERROR: [Errno 13] Permission denied: 'x'", "no permission to write below"),
        ("noise\nERROR: Something new\nnoise", "pip could not install the packages: ERROR: Something new"),
        ("", "pip could not install the packages: no output"),
    ],
)
def test_explain_gives_one_sentence_for_each_cause(run, output, sentence):
    explained = run.explain(output, "pip", "The index")

    assert sentence in explained
    assert "\n" not in explained


def test_npm_on_path_takes_one_that_is_new_enough(run, tmp_path, monkeypatch):
    npm = make_tool(tmp_path / "bin" / "npm", "echo 10.9.2")
    monkeypatch.setenv("PATH", str(npm.parent))

    assert run.npm_on_path() == [str(npm)]


@pytest.mark.parametrize("body", ["echo 6.14.4", "exit 1", "echo what"])
def test_npm_on_path_passes_over_one_that_is_old_or_broken(run, tmp_path, monkeypatch, body):
    npm = make_tool(tmp_path / "bin" / "npm", body)
    monkeypatch.setenv("PATH", str(npm.parent))

    assert run.npm_on_path() == []


def test_install_node_names_npm_when_there_is_none_and_the_index_is_out_of_reach(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    make_tool(run.PYTHON, 'echo "NewConnectionError"; exit 1')

    with pytest.raises(run.Stop, match=r"There is no npm.*cannot be reached.*apt-get install npm"):
        run.install_node(dev=False)


def test_install_node_skips_when_nothing_changed(run, tmp_path, monkeypatch):
    npm = make_tool(tmp_path / "bin" / "npm", f'echo "$@" >> {tmp_path}/calls; echo 10.9.2')
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")

    run.install_node(dev=True)
    run.install_node(dev=False)
    run.install_node(dev=True)

    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["--version", "ci"]
    assert "--omit=dev" not in calls[1]


def test_install_node_leaves_the_test_packages_out_for_the_demo(run, tmp_path, monkeypatch):
    npm = make_tool(tmp_path / "bin" / "npm", f'echo "$@" >> {tmp_path}/calls; echo 10.9.2')
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")

    run.install_node(dev=False)

    assert "--omit=dev" in (tmp_path / "calls").read_text()


# --- Browser files and messages ----------------------------------------------------------------------------------


def test_copy_vendor_says_what_comes_first_when_nothing_is_installed(run):
    with pytest.raises(run.Stop, match=r"\./run setup"):
        run.copy_vendor()


@pytest.mark.parametrize("family", ["Fira Sans", "Ubuntu"])
@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_merged_fonts_hold_every_letter_of_our_languages(family, weight):
    fonts = load_run().VENDOR / "fonts" / "ttf"
    source = f'''
        #set text(font: "{family}", weight: "{weight}", fallback: false)
        Bürger*innen, Straße, „Zitat“ – «Sie» · 10 € | ş ğ ı İ ő ű Ő Ű č ć š ž ł ą ę ă ș ț © …
    '''
    compiler = typst.Compiler(source.encode(), font_paths=[str(fonts)], ignore_system_fonts=True)

    _pdf, warnings = compiler.compile_with_warnings(format="pdf")

    assert warnings == []


def test_vendored_styles_point_only_at_files_that_are_there():
    vendor = load_run().VENDOR
    for style in [vendor / "kern" / "kern.min.css", *(vendor / "h5p" / "styles").glob("*.css")]:
        for address in re.findall(r"url\(['\"]?([^'\")]+)", style.read_text(encoding="utf-8")):
            if not address.startswith(("data:", "http://www.w3.org/")):
                assert (style.parent / address.split("?")[0].split("#")[0]).exists(), f"{style.name}: {address}"


def test_compile_messages_leaves_fuzzy_entries_out(run, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    po = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        textwrap.dedent("""
            msgid ""
            msgstr "Content-Type: text/plain; charset=UTF-8\\n"

            msgid "Course"
            msgstr "Fortbildung"

            #, fuzzy
            msgid "Measure"
            msgstr "Maß"
        """),
        encoding="utf-8",
    )

    run.compile_messages()

    compiled = polib.mofile(str(po.with_suffix(".mo")))
    assert {entry.msgid: entry.msgstr for entry in compiled} == {"Course": "Fortbildung"}
    assert run.stale_messages() == []


def test_stale_messages_lists_a_file_that_was_edited_after_compiling(run, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "ROOT", tmp_path)
    po = tmp_path / "locale" / "de" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text("")
    po.with_suffix(".mo").write_text("")
    os.utime(po, (2_000_000_000, 2_000_000_000))

    assert run.stale_messages() == [po]


# --- Demo --------------------------------------------------------------------------------------------------------


def test_check_port_gives_a_numeric_address(run, free_port):
    assert run.check_port("localhost", free_port) in ("127.0.0.1", "::1")


def test_check_port_names_another_when_it_is_in_use(run):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]

        with pytest.raises(run.Stop, match=rf"Port {port} is in use.*--port {port + 1}"):
            run.check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_check_port_refuses_what_is_not_a_port(run, port):
    with pytest.raises(run.Stop, match="is not a port"):
        run.check_port("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "not a host"])
def test_check_port_refuses_an_address_of_another_machine(run, host, free_port):
    with pytest.raises(run.Stop, match="is not an address of this machine"):
        run.check_port(host, free_port)


def test_reset_leaves_a_folder_alone_that_is_not_ours(run):
    run.VAR.mkdir()
    (run.VAR / "thesis.odt").write_text("years of work")

    with pytest.raises(run.Stop, match="does not look like the data of a demo"):
        run.reset(yes=True)

    assert (run.VAR / "thesis.odt").exists()


def test_reset_deletes_only_the_data_folder(run, tmp_path):
    run.VAR.mkdir()
    (run.VAR / "db.sqlite3").write_text("")

    run.reset(yes=True)

    assert not run.VAR.exists()
    assert run.LOCKS.exists()


def test_reset_asks_and_stops_when_nobody_can_answer(run, monkeypatch):
    run.VAR.mkdir()
    (run.VAR / "db.sqlite3").write_text("")
    monkeypatch.setattr(run.sys.stdin, "isatty", lambda: False, raising=False)

    with pytest.raises(run.Stop, match="Nobody is there to ask"):
        run.reset(yes=False)

    assert (run.VAR / "db.sqlite3").exists()


@pytest.fixture
def managed(run, monkeypatch):
    """Record the management commands; migrating makes the database file."""
    commands = []

    def manage(*arguments, **_options):
        commands.append(arguments[0])
        (run.VAR / "db.sqlite3").touch()

    run.VAR.mkdir()
    monkeypatch.setattr(run, "manage", manage)
    monkeypatch.setattr(run, "migrations_digest", lambda: "migrations-1")
    monkeypatch.setattr(run, "demo_digest", lambda: "content-1")
    return commands


def test_prepare_database_does_nothing_the_second_time(run, managed, capsys):
    run.prepare_database({})
    run.prepare_database({})

    assert managed == ["migrate", "load_demo"]
    assert "Kept what was done" in capsys.readouterr().out


def test_prepare_database_only_loads_when_the_demo_content_changed(run, managed, monkeypatch):
    run.prepare_database({})
    monkeypatch.setattr(run, "demo_digest", lambda: "content-2")
    run.prepare_database({})

    assert managed == ["migrate", "load_demo", "load_demo"]


def test_prepare_database_starts_afresh_when_the_file_is_gone(run, managed):
    run.prepare_database({})
    (run.VAR / "db.sqlite3").unlink()
    run.prepare_database({})

    assert managed == ["migrate", "load_demo", "migrate", "load_demo"]


def test_prepare_database_always_brings_an_outside_database_up_to_date(run, managed):
    run.prepare_database({"DATABASE_URL": "postgres://db/zugang"})
    run.prepare_database({"DATABASE_URL": "postgres://db/zugang"})

    assert managed == ["migrate", "load_demo", "migrate", "load_demo"]


def test_prepare_database_loads_again_when_loading_was_cut_short(run, managed, monkeypatch):
    manage = run.manage

    def fail(*arguments, **options):
        manage(*arguments, **options)
        if arguments[0] == "load_demo":
            raise run.Stop("manage.py load_demo did not succeed; the lines above say why.")

    monkeypatch.setattr(run, "manage", fail)
    with pytest.raises(run.Stop):
        run.prepare_database({})
    monkeypatch.setattr(run, "manage", manage)
    run.prepare_database({})

    assert managed == ["migrate", "load_demo", "load_demo"]


def test_demo_environment_warns_when_others_can_reach_it(run, capsys):
    env = run.demo_environment("0.0.0.0", 8000)

    assert "everybody who reaches this machine" in capsys.readouterr().out
    assert (env["DEMO"], env["ALLOWED_HOSTS"], env["BASE_URL"]) == ("1", "*", "http://127.0.0.1:8000")


def test_demo_environment_is_silent_on_loopback(run, capsys, monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    env = run.demo_environment("::1", 8000)

    assert capsys.readouterr().out == ""
    assert "ALLOWED_HOSTS" not in env
    assert env["BASE_URL"] == "http://[::1]:8000"


FAKE_PYTHON = """
case "$*" in
*granian*) exec {python} -m http.server {port} --bind 127.0.0.1 ;;
*celery*) echo $$ > {folder}/beat.pid; trap "" TERM; while :; do sleep 0.1; done ;;
*demo_logins*) echo "learner@demo.example" ;;
esac
"""

SERVE = """
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
run = SourceFileLoader("zugang_run", sys.argv[1]).load_module()
run.PYTHON, run.VAR, run.GRACE = Path(sys.argv[2]), Path(sys.argv[3]), 0.5
try:
    sys.exit(run.serve(run.environment(), "127.0.0.1", int(sys.argv[4])))
except run.Stop as problem:
    sys.exit(str(problem))
"""


def start_serving(python: Path, folder: Path, port: int):
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVE, str(ROOT / "run"), str(python), str(folder), str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for(path: Path) -> None:
    for _ in range(100):
        if path.exists() and path.read_text().strip():
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} did not appear.")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_serve_ends_both_children_when_it_is_stopped(tmp_path, free_port, sent):
    body = FAKE_PYTHON.format(python=sys.executable, port=free_port, folder=tmp_path)
    serving = start_serving(make_tool(tmp_path / "python", body), tmp_path, free_port)
    lines = []
    for line in serving.stdout:
        lines.append(line.strip())
        if line.startswith("Stop with"):
            break
    wait_for(tmp_path / "beat.pid")
    urllib.request.urlopen(f"http://127.0.0.1:{free_port}/", timeout=5).close()

    serving.send_signal(sent)

    assert serving.wait(timeout=10) == 0
    assert f"Zugang is running: http://127.0.0.1:{free_port}/" in lines
    assert "learner@demo.example" in lines
    assert not is_alive(int((tmp_path / "beat.pid").read_text()))
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{free_port}/", timeout=5)


def test_serve_says_which_child_ended_by_itself(tmp_path, free_port):
    body = FAKE_PYTHON.format(python=sys.executable, port=free_port, folder=tmp_path)
    body = body.replace("*celery*)", "*celery*) exit 3;")
    serving = start_serving(make_tool(tmp_path / "python", body), tmp_path, free_port)

    output, _ = serving.communicate(timeout=20)

    assert serving.returncode == 1
    assert output.strip().endswith("The scheduler ended by itself (code 3); the lines above say why.")
    assert "Traceback" not in output


# --- Tests -------------------------------------------------------------------------------------------------------


def test_find_chromium_prefers_the_one_that_was_asked_for(run, tmp_path, monkeypatch):
    asked = make_tool(tmp_path / "asked")
    make_tool(tmp_path / "bin" / "chromium")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("CHROMIUM_PATH", str(asked))

    assert run.find_chromium() == str(asked)


def test_find_chromium_stops_when_the_one_that_was_asked_for_does_not_start(run, tmp_path, monkeypatch):
    monkeypatch.setenv("CHROMIUM_PATH", str(tmp_path / "missing"))

    with pytest.raises(run.Stop, match=r"CHROMIUM_PATH is .*missing"):
        run.find_chromium()


def test_find_chromium_goes_through_the_path_in_order_and_passes_over_broken_ones(run, tmp_path, monkeypatch):
    make_tool(tmp_path / "bin" / "chromium", "exit 1")
    make_tool(tmp_path / "bin" / "google-chrome")
    stable = make_tool(tmp_path / "bin" / "google-chrome-stable")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    assert run.find_chromium() == str(stable)


def test_find_chromium_takes_the_newest_of_playwright_last(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    make_tool(tmp_path / "playwright" / "chromium-999" / "chrome-linux" / "chrome")
    newest = make_tool(tmp_path / "playwright" / "chromium-1200" / "chrome-linux64" / "chrome")

    assert run.find_chromium() == str(newest)


def test_ensure_chromium_says_what_is_missing_when_none_can_be_had(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(run, "has_libatomic", lambda: True)
    make_tool(run.PYTHON, "exit 1")

    with pytest.raises(run.Stop, match=r"need Chromium.*apt-get install chromium.*CHROMIUM_PATH"):
        run.ensure_chromium()


def test_ensure_chromium_installs_it_when_root_can(run, tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    make_tool(
        tools / "apt-get", f'case "$*" in *chromium*) {shutil.which("cp")} {tools}/apt-get {tools}/chromium;; esac'
    )
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(run, "is_root", lambda: True)
    monkeypatch.setattr(run, "has_libatomic", lambda: True)

    assert run.ensure_chromium() == str(tools / "chromium")


def test_ensure_chromium_names_libatomic_when_it_is_missing(run, tmp_path, monkeypatch):
    monkeypatch.setenv("CHROMIUM_PATH", str(make_tool(tmp_path / "chromium")))
    monkeypatch.setattr(run, "is_root", lambda: False)
    monkeypatch.setattr(run.ctypes, "CDLL", lambda _name: (_ for _ in ()).throw(OSError("no")))

    with pytest.raises(run.Stop, match="apt-get install libatomic1"):
        run.ensure_chromium()


@pytest.mark.parametrize(
    ("cores", "arguments", "handed"),
    [
        (2, ["-q", "--durations=5"], ["-n", "2", "--dist", "load"]),
        (2, ["-m", "not browser"], ["-n", "2", "--dist", "load"]),
        (16, [], ["-n", "4", "--dist", "load"]),
        (1, [], []),
        (2, ["-n0"], []),
        (2, ["-x", "tests/infra"], []),
        (2, ["tests/infra/test_run.py::test_run_can_be_read_by_python_3_6"], []),
        (2, ["--pdb"], []),
    ],
)
def test_test_shares_the_whole_suite_among_the_cores_and_a_part_not(run, monkeypatch, cores, arguments, handed):
    monkeypatch.setattr(run.os, "sched_getaffinity", lambda _process: set(range(cores)), raising=False)

    assert run.processes_for(arguments) == handed


# --- The command line --------------------------------------------------------------------------------------------


def test_dispatch_hands_what_follows_test_to_pytest_unchanged(run, monkeypatch):
    handed = []
    monkeypatch.setattr(run, "test", lambda arguments: handed.extend(arguments) or 0)

    assert run.dispatch(["test", "-k", "enrol", "-x", "--", "tests/infra"]) == 0
    assert handed == ["-k", "enrol", "-x", "--", "tests/infra"]


def test_dispatch_shows_the_help_when_nothing_is_asked(run, capsys):
    assert run.dispatch([]) == 2
    assert "demo" in capsys.readouterr().out


def test_dispatch_refuses_an_unknown_command(run, capsys):
    with pytest.raises(SystemExit):
        run.dispatch(["dmeo"])

    assert "invalid choice: 'dmeo'" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["bench", "screenshots"])
def test_measure_hands_what_follows_to_the_command_with_a_browser(run, tmp_path, monkeypatch, command):
    heard = tmp_path / "heard"
    make_tool(run.PYTHON, f'echo "$@" "$CHROMIUM_PATH" "$DJANGO_SETTINGS_MODULE" > {heard}; exit 3')
    monkeypatch.setattr(run, "setup", lambda dev: None)
    monkeypatch.setattr(run, "ensure_chromium", lambda: "/a/chromium")

    assert run.dispatch([command, "pages", "--json"]) == 3
    assert heard.read_text().split()[1:] == [command, "pages", "--json", "/a/chromium", "academy.settings.dev"]


def test_main_prints_one_sentence_and_no_traceback_when_something_is_missing(free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, str(ROOT / "run"), "demo", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"Port {port} is in use.")
