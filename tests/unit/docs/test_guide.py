"""The guide agrees with code and template on settings, defaults and retries."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from chalicelib import __version__
from chalicelib.core import settings
from chalicelib.core.settings import Settings
from infra import template
from infra.paths import ROOT

GUIDE = (ROOT / "docs" / "guide" / "operations.md").read_text()
TEMPLATE = template.load()
# Set by the deployment, never by a person.
SET_BY_DEPLOYMENT = {"Stage", "EndpointUrl"}
MODULES = sorted((ROOT / "chalicelib").rglob("*.py"))
DAY_SECONDS = 24 * 60 * 60


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the first table under a heading, without its head."""
    section = GUIDE.split(f"{heading}\n", 1)[1]
    table = re.search(r"^\|.*?(?=\n\n)", section, re.MULTILINE | re.DOTALL)
    assert table, heading
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()[2:]]


def variable(parameter: str) -> str:
    """Return the environment variable of a parameter: `LockSeconds` is LOCK_SECONDS."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", parameter).upper()


def settings_table() -> dict[str, tuple[str, str]]:
    """Default and meaning of each parameter as the guide has them."""
    return {
        name.strip(" `"): (default, meaning)
        for names, default, meaning in rows("### Settings")
        for name in names.split(",")
    }


def test_settings_table_has_every_parameter_and_no_other() -> None:
    assert settings_table().keys() == TEMPLATE["Parameters"].keys()


def test_settings_table_has_the_defaults_of_the_template() -> None:
    parameters = TEMPLATE["Parameters"]
    stated = {name: default for name, (default, _) in settings_table().items() if name not in SET_BY_DEPLOYMENT}
    assert stated == {name: str(parameters[name]["Default"]) for name in stated}


def test_parameters_have_the_defaults_of_the_settings() -> None:
    own = {field.name.upper(): field.default for field in fields(Settings)}
    shared = {name for name in TEMPLATE["Parameters"] if variable(name) in own} - SET_BY_DEPLOYMENT
    assert {name: TEMPLATE["Parameters"][name]["Default"] for name in shared} == {
        name: own[variable(name)] for name in shared
    }


def readers(setting: str) -> list[Path]:
    """Modules that read a setting; its definition does not count."""
    own = Path(str(settings.__file__))
    uses = {module: rf"self\.{setting}\b" if module == own else rf"\b{setting}\b" for module in MODULES}
    return [module for module, use in uses.items() if re.search(use, module.read_text())]


def test_settings_not_enforced_are_those_that_nothing_reads() -> None:
    own = {field.name for field in fields(Settings)}
    marked = {name for name, (_, meaning) in settings_table().items() if "not enforced yet" in meaning}
    unread = {
        name
        for name in TEMPLATE["Parameters"]
        if variable(name).lower() in own and not readers(variable(name).lower())
    }
    assert marked == unread


def dead_letter_sources() -> dict[str, tuple[str, int]]:
    """Return the attempts and retention in days of each dead-letter queue, by its output."""
    resources = TEMPLATE["Resources"]
    attempts: dict[str, str] = {}
    for resource in resources.values():
        properties = resource.get("Properties", {})
        if policy := properties.get("RedrivePolicy"):
            attempts[target(policy["deadLetterTargetArn"])] = f"{policy['maxReceiveCount']} receives"
        for event in properties.get("Events", {}).values():
            if destination := event["Properties"].get("DestinationConfig"):
                queue = target(destination["OnFailure"]["Destination"])
                attempts[queue] = f"{event['Properties']['MaximumRetryAttempts']} retries"
    outputs = {output["Value"].get("Ref"): name for name, output in TEMPLATE["Outputs"].items() if is_ref(output)}
    return {
        outputs[queue]: (tried, resources[queue]["Properties"]["MessageRetentionPeriod"] // DAY_SECONDS)
        for queue, tried in attempts.items()
    }


def is_ref(output: dict[str, Any]) -> bool:
    return isinstance(output["Value"], dict) and "Ref" in output["Value"]


def target(reference: dict[str, Any]) -> str:
    """Return the logical id in `!GetAtt Queue.Arn`."""
    name = reference["Fn::GetAtt"]
    return str(name[0] if isinstance(name, list) else name.split(".")[0])


def test_dead_letter_table_has_the_queues_attempts_and_retention() -> None:
    stated = {
        queue.strip("`"): (attempts, int(kept.removesuffix(" days")))
        for _, attempts, queue, kept, _ in rows("## Dead letters")
    }
    assert stated == dead_letter_sources()


def test_log_groups_of_the_guide_are_those_of_the_template() -> None:
    groups = {
        resource["Properties"]["LogGroupName"]["Fn::Sub"].removeprefix("/aws/lambda/${AWS::StackName}-")
        for resource in TEMPLATE["Resources"].values()
        if resource.get("Type") == "AWS::Logs::LogGroup"
    }
    named = re.search(r"/aws/lambda/holdfast-<stage>-\{([a-z,-]+)\}", GUIDE)
    assert named
    assert set(named[1].split(",")) == groups


def test_links_of_the_documents_lead_to_files_and_headings() -> None:
    pages = [page for folder in ("docs", ".github") for page in (ROOT / folder).rglob("*.md")]
    assert [
        (str(page.relative_to(ROOT)), link)
        for page in [*pages, *ROOT.glob("*.md")]
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text())
        if not link.startswith(("http", "mailto:")) and not leads_somewhere(page, link)
    ] == []


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    there = (page.parent / path) if path else page
    if not there.exists():
        return False
    return not anchor or anchor in anchors(there.read_text())


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_changelog_begins_with_the_version_of_the_code() -> None:
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[0] == __version__


def test_version_stands_in_one_place() -> None:
    (project,) = re.findall(r"^dynamic = \[(.*)\]", (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert project == '"version"'


def test_paths_in_the_documents_exist() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    assert [
        (str(page.relative_to(ROOT)), path)
        for page in pages
        for path in re.findall(r"`((?:app|chalicelib|infra|tests|frontend|docs)/[\w./-]+)`", page.read_text())
        if not (ROOT / path).exists()
    ] == []


def test_index_of_decisions_has_every_record_with_its_title() -> None:
    folder = ROOT / "docs" / "adr"
    titles = {record.name: record.read_text().splitlines()[0] for record in folder.glob("0*.md")}
    rows = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", (folder / "README.md").read_text(), re.MULTILINE)
    assert {name: f"# {number}. {title}" for number, title, name in rows} == titles
