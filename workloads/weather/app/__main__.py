"""
`python -m app`: both processes. The document's `sh -c "a & b"` keeps a container that lost its interface, and its shell
passes no signal on. Here the end of either ends both, and SIGTERM reaches both.
"""

import os
import signal
import subprocess
import sys
import time

PROCESSES = ("app.ui", "app.api")
PATIENCE = 9  # seconds, within the 10 that Cloud Run grants after SIGTERM (ECS: 30)


def exit_code(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def main() -> int:
    children: dict[int, str] = {}
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for pid in list(children):
            os.kill(pid, signal.SIGTERM)

    for sig in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sig, stop)
    for module in PROCESSES:
        # A group of its own: Ctrl-C in a terminal comes through here once, not twice.
        process = subprocess.Popen([sys.executable, "-m", module], process_group=0)
        children[process.pid] = module
    if stopping:  # asked before the second one was there
        stop()

    pid, status = os.wait()
    module = children.pop(pid)
    asked = stopping
    print(f"{module} ended with {exit_code(status)}", file=sys.stderr)
    stop()
    deadline = time.monotonic() + PATIENCE
    while children:
        pid, other = os.waitpid(-1, os.WNOHANG)
        if pid:
            children.pop(pid, None)
            status = status or other
        elif time.monotonic() > deadline:
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            return 1
        else:
            time.sleep(0.05)
    # The unasked end of a process is a failure, whatever it said itself.
    return exit_code(status) or (0 if asked else 1)


if __name__ == "__main__":
    sys.exit(main())
