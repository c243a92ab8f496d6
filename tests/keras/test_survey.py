"""What Keras refuses and what it takes, replayed against convlab."""

import collections

import pytest

from tools.keras.backend import convlab_namespace
from tools.keras.deliberate import DELIBERATE, is_deliberate
from tools.keras.replay import describe, objection, replay
from tools.keras.scenario import run
from tools.keras.store import DATA, read_json

_, SCENARIOS = read_json(DATA / "survey.json.gz")

GROUPS = collections.defaultdict(list)
for _scenario in SCENARIOS:
    GROUPS[_scenario["about"]].append(_scenario)


@pytest.mark.parametrize("about", GROUPS)
def test_errors_come_where_keras_raises_and_nowhere_else(about):
    wrong = [said for said in map(replay, GROUPS[about]) if said]
    assert not wrong, f"{len(wrong)} of {len(GROUPS[about])}:\n" + "\n".join(wrong)


def test_the_survey_is_as_large_as_it_claims():
    errors = [s for s in SCENARIOS if s.get("raises") in ("ValueError", "TypeError")]
    accepted = [s for s in SCENARIOS if "accepts" in s]
    assert len(errors) >= 300 and len(accepted) >= 100
    assert len({describe(s) for s in SCENARIOS}) == len(SCENARIOS)


def test_every_deliberate_difference_is_one():
    convlab = convlab_namespace()
    for why, rule in DELIBERATE.items():
        assert any(objection(s, run(s, convlab)) for s in SCENARIOS if rule(s)), why


def test_few_scenarios_are_left_out_as_deliberate():
    assert sum(map(is_deliberate, SCENARIOS)) < 0.1 * len(SCENARIOS)
