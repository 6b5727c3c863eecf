"""Makes a package of this folder and serves: two pipes, or the socket of a nursery."""

import importlib
import os
import sys
import types

_NAME = "_gradcheck_worker"

if __name__ == "__main__":
    # Not by way of sys.path: nothing here may hide, or be found as, a module of others.
    sys.path.pop(0)
    _package = types.ModuleType(_NAME)
    _package.__path__ = [os.path.dirname(os.path.abspath(__file__))]
    sys.modules[_NAME] = _package
    # And no folder that a .pth file adds (an editable installation of the judge, say).
    _library = importlib.import_module(f"{_NAME}.libraries").standard_library()
    _packages = ("site-packages", "dist-packages", ".zip")
    sys.path[:] = [p for p in sys.path if p.startswith(_library) or p.endswith(_packages)]
    _module, *_descriptors = sys.argv[1:]
    importlib.import_module(f"{_NAME}.{_module}").main(*map(int, _descriptors))
