#!/usr/bin/env python3
"""An AWS-compatible server for tests: moto, corrected where it differs from AWS, with a clock, faults and a call log.

Listens on 127.0.0.1 alone and says where: `listening 127.0.0.1:PORT`. Ends with its parent process: as soon as standard
input closes, if that is a pipe, or when another process has become the parent.
"""

from __future__ import annotations

import argparse
import os
import socket
import stat
import struct
import threading
import time
from pathlib import Path
from typing import Any

# Before moto is imported: without this it holds some 1,300 images and snapshots of its own.
os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")

from moto.moto_server.werkzeug_app import MotoRequestHandler  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

import corrections  # noqa: E402
from application import Application  # noqa: E402
from control import Control  # noqa: E402
from faults import ConnectionReset  # noqa: E402

DEFAULT_REGIONS = "us-east-1,eu-west-1,ap-southeast-2"


class _Handler(MotoRequestHandler):
    """Keeps connections open and its mouth shut."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        if type == "error":
            super().log(type, message, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        if isinstance(error, ConnectionReset):
            # Lingering for no time makes the close a reset: the client sees an error and not an end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
            self.close_connection = True


def main() -> None:
    arguments = _arguments()
    corrections.apply(arguments.regions.split(","))
    _load_services()
    application = Application()
    application.control = Control(application)
    server = make_server("127.0.0.1", arguments.port, application, threaded=True, request_handler=_Handler)
    server.daemon_threads = True
    _end_with_parent(arguments.parent_pid)
    if arguments.port_file:
        _write_at_once(arguments.port_file, str(server.server_port))
    print(f"listening 127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--port-file", type=Path, help="also write the port there once the server listens")
    parser.add_argument(
        "--regions", default=DEFAULT_REGIONS, help=f"enabled regions, by comma (default {DEFAULT_REGIONS})"
    )
    parser.add_argument(
        "--parent-pid", type=int, default=os.getppid(), help="end when this process does (default: the parent)"
    )
    return parser.parse_args()


def _load_services() -> None:
    """Before the clock is ever faked: the first call stays fast, and the modules see the real time."""
    import moto.budgets.responses
    import moto.cloudwatch.responses
    import moto.iam.responses
    import moto.kms.responses
    import moto.organizations.responses
    import moto.s3.responses
    import moto.sns.responses
    import moto.sts.responses  # noqa: F401


def _end_with_parent(parent_id: int) -> None:
    threading.Thread(target=_watch_parent, args=(parent_id, os.getppid()), daemon=True).start()
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_watch_standard_input, daemon=True).start()


def _watch_standard_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def _watch_parent(parent_id: int, starter_id: int) -> None:
    # A parent that has ended may still be waited for and so seem alive, but its children have another parent by then.
    while _is_alive(parent_id) and (parent_id != starter_id or os.getppid() == starter_id):
        time.sleep(0.5)
    os._exit(0)


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _write_at_once(path: Path, text: str) -> None:
    """Whoever waits for the file never sees it half written."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.write_text(text)
    unfinished.replace(path)


if __name__ == "__main__":
    main()
