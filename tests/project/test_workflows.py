"""The workflows and forms under .github: they parse, are pinned, and may no more than they must."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / ".github"
WORKFLOWS = sorted(FOLDER.glob("workflows/*.yml"))
FORMS = sorted(set(FOLDER.glob("ISSUE_TEMPLATE/*.yml")) - {FOLDER / "ISSUE_TEMPLATE/config.yml"})

PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")

each_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in WORKFLOWS:
        for name, job in loaded(path)["jobs"].items():
            yield f"{path.stem}/{name}", job


@each_workflow
def test_every_action_is_pinned_to_a_commit_and_says_its_version(path: Path) -> None:
    uses = re.findall(r"uses: .*", path.read_text(encoding="utf-8"))
    assert uses
    assert [line for line in uses if not PINNED.fullmatch(line)] == []


@each_workflow
def test_a_workflow_may_read_and_nothing_else(path: Path) -> None:
    assert loaded(path)["permissions"] == {"contents": "read"}


def test_only_the_jobs_that_publish_may_write_and_they_run_no_code_of_ours() -> None:
    special = {name: job for name, job in jobs() if "permissions" in job}
    assert {name: (job["permissions"], job["environment"]) for name, job in special.items()} == {
        "pages/deploy": (
            {"pages": "write", "id-token": "write"},
            {"name": "github-pages", "url": "${{ steps.deployment.outputs.page_url }}"},
        ),
        "release/publish": ({"id-token": "write"}, "pypi"),
    }
    for job in special.values():
        assert [step for step in job["steps"] if "run" in step or "checkout" in step["uses"]] == []


def test_every_job_has_a_limit_and_no_checkout_leaves_a_token() -> None:
    for _, job in jobs():
        assert job["timeout-minutes"] <= 60
        for step in job["steps"]:
            if "actions/checkout" in step.get("uses", ""):
                assert step["with"] == {"persist-credentials": False}


def test_pages_deploys_what_make_site_builds() -> None:
    steps = loaded(FOLDER / "workflows/pages.yml")["jobs"]["build"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make site"]
    assert steps[-1]["with"] == {"path": "site"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_speaks_both_languages_and_asks_for_something(path: Path) -> None:
    form = loaded(path)
    asked = form["body"]
    assert len({part["id"] for part in asked}) == len(asked)
    assert any(part.get("validations", {}).get("required") for part in asked)
    for text in [form["name"], form["description"], *(one["attributes"]["label"] for one in asked)]:
        assert re.search("[\u4e00-\u9fff]", text) and re.search("[A-Za-z]{2}", text)


def test_there_is_a_form_for_each_kind_of_word_from_readers() -> None:
    assert {path.stem for path in FORMS} == {"bug", "keras", "lesson", "translation"}
