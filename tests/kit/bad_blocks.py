"""Blocks that misbehave, and what must become of each. Bodies stand in `def block():` with os, signal, sys, time."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent, indent

from tests.kit.sleepers import SLEEPER

SECRET = {"DB_PASSWORD": "hunter22"}
"""In the environment of all of them."""
HEAD = f"""
SLEEPER = {SLEEPER!r}
"""
HEAD += """
import ctypes, multiprocessing, os, resource, signal, subprocess, sys, threading, time, _thread

def write_to_sockets(content):
    for name in os.listdir("/proc/self/fd"):
        try:
            if "socket" in os.readlink(f"/proc/self/fd/{name}"):
                os.write(int(name), content)
        except OSError:
            pass

def hold_the_lock():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    ctypes.PyDLL(None).sleep(60)

def daemon():
    subprocess.run("setsid " + " ".join(SLEEPER) + " & disown", shell=True, executable="/bin/bash")
"""


@dataclass(frozen=True)
class BadBlock:
    """A block, and what is to be seen of it. An empty `code` is a block that is done."""

    body: str
    code: str = ""
    says: str = ""
    entry: str = ""
    prints: str = ""

    def text(self) -> str:
        """Return the block's file."""
        return f"{HEAD}\n@loader\ndef block():\n{indent(dedent(self.body).strip(), '    ')}\n"


def fails(code: str, says: str, body: str, *, entry: str = "") -> BadBlock:
    """A block that must end with that failure."""
    return BadBlock(body, code, says, entry)


def succeeds(body: str, *, prints: str = "") -> BadBlock:
    """A block that must be done, whatever it left behind."""
    return BadBlock(body, prints=prints)


LIMITED = ", memory: 200MB"
SHORT = ", timeout: 0.5s"

BAD_BLOCKS: dict[str, BadBlock] = {
    # --- Exceptions ---
    "raises": fails("user_code", "fare", "raise KeyError('fare')"),
    "raises what is no Exception": fails("user_code", "odd", "raise BaseException('odd')"),
    "raises KeyboardInterrupt itself": fails("user_code", "KeyboardInterrupt", "raise KeyboardInterrupt"),
    "raises with a message of 100 MB": fails("user_code", "xxxx", "raise ValueError('x' * 100_000_000)"),
    "raises with a message that raises": fails(
        "user_code", "cannot be read", "class Odd(Exception):\n    def __str__(self): raise TypeError\nraise Odd"
    ),
    "recurses without end": fails("user_code", "recursion", "def f():\n    return f()\nreturn f()"),
    "has a __del__ that raises": succeeds("class Odd:\n    def __del__(self): raise ValueError\nOdd()\nreturn 1"),
    # --- Ends of its process ---
    "calls sys.exit(0)": fails("exited_without_result", "exited without a result", "sys.exit(0)"),
    "calls os._exit(0)": fails("exited_without_result", "exit code 0", "os._exit(0)"),
    "calls os.abort()": fails("worker_lost", "SIGABRT", "os.abort()"),
    "kills itself": fails("worker_lost", "SIGKILL", "os.kill(os.getpid(), 9)"),
    "dies of a segmentation fault": fails("worker_lost", "SIGSEGV", "ctypes.string_at(0)"),
    "dies of a real-time signal": fails("worker_lost", "signal", "os.kill(os.getpid(), signal.SIGRTMIN + 3)"),
    "replaces its process": fails("exited_without_result", "exit code 0", "os.execv('/bin/true', ['true'])"),
    "forks and returns twice": succeeds("return {'child': os.fork() == 0}"),
    "starts a new session": succeeds("try: os.setsid()\nexcept OSError: pass\nreturn 1"),
    # --- Time ---
    "sleeps for ever": fails("timeout", "0.5 s", "time.sleep(600)", entry=SHORT),
    "swallows everything": fails(
        "timeout", "0.5 s", "while True:\n    try: time.sleep(600)\n    except BaseException: pass", entry=SHORT
    ),
    "stands still": fails("timeout", "0.5 s", "os.kill(os.getpid(), signal.SIGSTOP)\nreturn 1", entry=SHORT),
    "holds the interpreter's lock": fails("timeout", "0.5 s", "hold_the_lock()", entry=SHORT),
    # --- Memory ---
    "leaks slowly": fails(
        "memory_limit",
        "its limit is 200 MB",
        "kept = []\nwhile True:\n    kept.append(bytearray(4 << 20))\n    time.sleep(0.002)",
        entry=LIMITED,
    ),
    "takes it all at once": fails(
        "memory_limit", "its limit is 200 MB", "kept = b'x' * (600 << 20)\ntime.sleep(60)", entry=LIMITED
    ),
    "lets a child take the memory": fails(
        "memory_limit",
        "its limit is 200 MB",
        """subprocess.run([sys.executable, "-c", "import time; kept = b'x' * (400 << 20); time.sleep(60)"])""",
        entry=LIMITED,
    ),
    # --- What it leaves behind ---
    "leaves a thread running": succeeds(
        "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\nreturn 1"
    ),
    "leaves a thread that no module knows": succeeds("_thread.start_new_thread(time.sleep, (600,))\nreturn 1"),
    "leaves a child behind": succeeds("subprocess.Popen(SLEEPER)\nreturn 1"),
    "leaves a daemon behind": succeeds("daemon()\nreturn 1"),
    "fails and leaves a child behind": fails(
        "user_code", "late", "subprocess.Popen(SLEEPER)\nraise ValueError('late')"
    ),
    "crashes and leaves a daemon behind": fails("worker_lost", "SIGKILL", "daemon()\nos.kill(os.getpid(), 9)"),
    "uses a pool of processes": succeeds(
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n    return pool.map(abs, [-1, 2])"
    ),
    "changes mask, locale, path and warnings": succeeds(
        """
        import locale, warnings
        os.umask(0o777)
        locale.setlocale(locale.LC_ALL, "C")
        sys.path.clear()
        warnings.simplefilter("error")
        os.chdir("/")
        return 1
        """
    ),
    # --- What it prints and reads ---
    "prints binary": succeeds("os.write(1, b'\\xff\\xfe ok\\n')\nreturn 1", prints="\ufffd\ufffd ok"),
    "prints without a newline": succeeds("print('partial', end='')\nreturn 1", prints="partial"),
    "prints a secret": succeeds("print('the password', os.environ['DB_PASSWORD'])\nreturn 1", prints="password •••"),
    "fails with a secret": fails("user_code", "no •••", "raise ValueError('no ' + os.environ['DB_PASSWORD'])"),
    "asks for input": fails("user_code", "EOF", "return input()"),
    "reads stdin": succeeds("return sys.stdin.read()"),
    "replaces the streams": succeeds("sys.stdout = sys.stderr = None\nreturn 1"),
    "closes stdout's descriptor": succeeds("os.close(1)\nreturn 1"),
    "puts a file in the place of stdout": succeeds("os.dup2(os.open('/dev/null', os.O_WRONLY), 1)\nreturn 1"),
    # --- The connection to its server ---
    "writes garbage to every socket": fails(
        "control_broken", "wrote to the connection", "write_to_sockets(b'\\x00\\x00\\x00\\x05hello')\nreturn 1"
    ),
    "writes an answer of its own making": fails(
        "control_broken",
        "wrote to the connection",
        """
        said = b'{"finished":{"result":{"outputs":[]}}}'
        write_to_sockets(len(said).to_bytes(4, "big") + bytes(32) + said)
        return 1
        """,
    ),
    "begins a message and never ends it": fails(
        "control_broken", "wrote to the connection", "write_to_sockets(b'\\x00\\x10')\nreturn 1"
    ),
    "closes every descriptor": fails("worker_lost", "closed the connection", "os.closerange(3, 4096)\nreturn 1"),
    # --- Files ---
    "opens 10,000 files": fails(
        "user_code", "Too many open files", "return len([open('/dev/null') for _ in range(10_000)])"
    ),
    "lowers its own limits": fails(
        "user_code",
        "Too many open files",
        """
        resource.setrlimit(resource.RLIMIT_NOFILE, (32, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        return len([open("/dev/null") for _ in range(100)])
        """,
    ),
    "edits its own source": succeeds(
        "name = os.path.basename(__file__)\nopen(f'loaders/{name}', 'w').write('(')\nreturn 1"
    ),
    # --- Signals ---
    "sets an alarm and returns": succeeds("signal.alarm(1)\nreturn 1"),
    "dies of its alarm": fails("worker_lost", "SIGALRM", "signal.alarm(1)\ntime.sleep(30)"),
    "ignores its children's ends": succeeds(
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\nsubprocess.Popen(['true']).wait()\nreturn 1"
    ),
    "ignores all signals": succeeds("for n in (1, 2, 10, 12, 15): signal.signal(n, signal.SIG_IGN)\nreturn 1"),
}

UNSTOPPABLE: dict[str, str] = {
    "an endless loop": "while True: pass",
    "an endless loop that swallows interrupts": "while True:\n    try: time.sleep(600)\n    except BaseException: pass",
    "ignored signals": "for n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: time.sleep(0.01)",
    "the interpreter's lock held": "hold_the_lock()",
    "a daemon in a session of its own": "daemon()\nwhile True: time.sleep(0.1)",
    "a child that holds the pipes": (
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\nsubprocess.Popen(SLEEPER)\nos.kill(os.getpid(), 19)"
    ),
    "children that have children": """
        for _ in range(6):
            os.fork()
        while True:
            try: os.execvp("sleep", SLEEPER) if os.fork() == 0 else time.sleep(0.5)
            except BaseException: pass
    """,
}
