"""What changes something never fails, and keeps to its document, whatever it is sent (`tests.fuzzing`)."""

from __future__ import annotations

import pytest

from matcha.api import access
from tests import fuzzing
from tests.asking import Operation


@pytest.mark.parametrize("operation", sorted(one for one in access.ACCESS if one[0] != "GET"), ids=" ".join)
def test_an_operation_holds(operation: Operation) -> None:
    fuzzing.assert_holds(operation)
