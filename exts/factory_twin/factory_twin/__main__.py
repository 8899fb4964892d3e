# SPDX-License-Identifier: Apache-2.0
"""`python -m factory_twin` is `factory-twin`."""

import sys

from .cli import main

sys.exit(main())
