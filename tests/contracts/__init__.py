"""Suites to inherit; their assertions explain themselves like those of any test file."""

from pkgutil import iter_modules

import pytest

pytest.register_assert_rewrite(*(module.name for module in iter_modules(__path__, f"{__name__}.")))
