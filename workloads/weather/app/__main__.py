"""
`python -m app`: both processes. The document's `sh -c "a & b"` keeps a container that lost its interface, and its shell
passes no signal on. Here the end of either ends both, and SIGTERM reaches both: first the interface, which asks the API.
"""

import os
import signal
import subprocess
import sys
import time

PROCESSES = ("app.ui", "app.api")  # in the order in which they are stopped
PATIENCE = 29  # seconds, within the 30 that ECS grants after SIGTERM; Cloud Run ends it after 10 in any case


def exit_code(status: int, asked: bool = False) -> int:
    code = os.waitstatus_to_exitcode(status)
    if asked and code == -signal.SIGTERM:  # asked before it had a handler
        return 0
    return 128 - code if code < 0 else code


def main() -> int:
    children: dict[int, str] = {}
    stopping = False
    deadline = 0.0

    def stop(*_: object) -> None:
        nonlocal stopping, deadline
        deadline = deadline or time.monotonic() + PATIENCE
        stopping = True
        # What the interface has accepted needs the API, which is asked when the interface has ended.
        for pid in list(children)[:1]:
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
    asked = stopping
    code = exit_code(status, asked)
    print(f"{children.pop(pid)} ended with {code}", file=sys.stderr)
    if not asked:
        code = code or 1  # the unasked end of a process is a failure, whatever it said itself
    # Once is enough: a second SIGTERM would cut a server's orderly end short.
    stop()
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            del children[pid]
            code = code or exit_code(status, asked=True)
        elif time.monotonic() > deadline:
            for pid in children:
                os.kill(pid, signal.SIGKILL)
            return code or 1
        else:
            time.sleep(0.05)
    return code


if __name__ == "__main__":
    sys.exit(main())
