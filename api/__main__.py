"""`python -m jixiao` is `jixiao`."""

import sys

from jixiao.pipeline.commands import main

if __name__ == "__main__":
    sys.exit(main())
