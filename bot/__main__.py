"""`python -m bot` and the console script `slipway`."""

import sys

from bot.cli import main as cli


def main() -> int:
    return cli(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
