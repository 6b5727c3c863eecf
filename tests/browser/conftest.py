"""What browser tests share: where their helpers are."""

from __future__ import annotations

import sys
from pathlib import Path

# So that the tests find their helpers under any of pytest's import modes.
sys.path.insert(0, str(Path(__file__).parent))
