"""Runs the demo ERP with nothing else of Kaitak loaded: `python -m kaitak.demo.erp PORT`, facts in the environment."""

from __future__ import annotations

import os
import sys

from kaitak.demo import serving
from kaitak.demo.erp import program

if __name__ == "__main__":
    content = os.environ.pop(program.CONTENT_VARIABLE, "retail")
    settings = program.ErpSettings(
        os.environ.pop(program.DSN_VARIABLE),
        os.environ.pop(program.KEY_VARIABLE),
        "insurance" if content == "insurance" else "retail",
    )
    server = program.make_server(settings, int(sys.argv[1]))
    serving.end_with_parent(sys.stdin, server)
    server.run()
    sys.exit(0 if server.started else 1)
