"""What Keras refuses and what it takes, replayed against convlab."""

import collections
import warnings

import pytest

from tools.keras.replay import describe, replay
from tools.keras.store import DATA, read_json

_, SCENARIOS = read_json(DATA / "survey.json")

GROUPS = collections.defaultdict(list)
for _scenario in SCENARIOS:
    GROUPS[_scenario["about"]].append(_scenario)

# Where convlab is stricter than Keras on purpose; the reason stands with each rule.
STRICTER = []


def _is_stricter(scenario):
    return any(rule(scenario) for rule in STRICTER)


@pytest.mark.parametrize("about", GROUPS)
def test_errors_come_where_keras_raises_and_nowhere_else(about):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy arguments warn, and so they should
        objections = [replay(s) for s in GROUPS[about] if not _is_stricter(s)]
    wrong = [objection for objection in objections if objection]
    assert not wrong, f"{len(wrong)} of {len(GROUPS[about])}:\n" + "\n".join(wrong)


def test_the_survey_is_as_large_as_it_claims():
    errors = [s for s in SCENARIOS if s.get("raises") in ("ValueError", "TypeError")]
    accepted = [s for s in SCENARIOS if "accepts" in s]
    assert len(errors) >= 300 and len(accepted) >= 100
    assert len({describe(s) for s in SCENARIOS}) == len(SCENARIOS)
