"""Print live events, one JSON object a line; the state of the connection goes to stderr.

    python docs/guide/client/watch.py --url http://localhost:8000 --email alice@demo.test --appointment ID

The password comes from HOLDFAST_PASSWORD, or from a prompt. Without --appointment and --doctor it watches the
whole calendar.
"""

import argparse
import asyncio
import getpass
import json
import logging
import os
import sys
from collections.abc import Sequence

from holdfast_client import Api, Live, Refused, Topic, Unreachable, appointment, calendar


def main(arguments: Sequence[str] | None = None) -> int:
    """Watch until interrupted. Returns 1 if the sign-in fails."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    password = os.environ.get("HOLDFAST_PASSWORD") or getpass.getpass(f"Password of {options.email}: ")
    api = Api(options.url, options.email, password)
    topics = [*map(appointment, options.appointment), *map(calendar, options.doctor)]
    try:
        api.sign_in()
        asyncio.run(_print(api, topics or [calendar()]))
    except (Refused, Unreachable) as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8000", help="where Holdfast is (%(default)s)")
    parser.add_argument("--email", required=True, help="address of the member")
    parser.add_argument(
        "--appointment", action="append", default=[], metavar="ID", help="may be given several times"
    )
    parser.add_argument("--doctor", action="append", default=[], metavar="ID", help="may be given several times")
    return parser.parse_args(arguments)


async def _print(api: Api, topics: Sequence[Topic]) -> None:
    async for event in Live(api, topics).events():
        print(json.dumps(event), flush=True)


if __name__ == "__main__":
    sys.exit(main())
