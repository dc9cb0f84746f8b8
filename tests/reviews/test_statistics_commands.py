"""`manage.py agreement` and `manage.py severity` on files, as other programs call them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "data" / "ratings" / "mfrmr_example_core.csv"


def long_file(folder: Path) -> Path:
    """Krippendorff's table with a row a score."""
    head, *rows = (ROOT / "data" / "ratings" / "krippendorff_c.csv").read_text().splitlines()
    raters = [name.strip('"') for name in head.split(",")[1:]]
    lines = ["unit,rater,score"]
    for row in rows:
        unit, *scores = row.split(",")
        lines += [f"{unit},{rater},{score}" for rater, score in zip(raters, scores, strict=True)]
    path = folder / "long.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "SECRET_KEY": "only-for-this-test"},
        check=False,
    )


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:  # type: ignore[type-arg]
    call_command(*map(str, arguments))
    return json.loads(capsys.readouterr().out)


def test_agreement_prints_one_object_in_the_published_shape(tmp_path: Path) -> None:
    done = run("agreement", long_file(tmp_path), "--unit", "unit", "--rater", "rater", "--level", "ordinal")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == [
        "n_units", "n_raters", "n_scores", "n_pairs", "exact", "adjacent", "alpha", "ac1", "ac2_linear",
        "ac2_quadratic", "fleiss_kappa", "icc",
    ]  # fmt: skip
    assert (found["n_units"], found["n_raters"], found["n_scores"], found["n_pairs"]) == (12, 4, 41, 55)
    assert found["alpha"]["ordinal"] == pytest.approx(0.8153875, abs=1e-4)
    assert list(found["ac1"]) == ["value", "se", "low", "high"]
    assert found["icc"] is None  # scores are missing


def test_agreement_of_a_complete_table_with_other_column_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "judges.csv"
    path.write_text("subject;judge,who,mark\nS1,J1,9\nS1,J2,2\nS2,J1,6\nS2,J2,1\nS3,J1,8\nS3,J2,4\n")
    found = printed(capsys, "agreement", path, "--unit", "subject;judge", "--rater", "who", "--score", "mark")
    assert list(found["icc"]) == ["icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k"]


def test_severity_prints_one_object_in_the_published_shape() -> None:
    flags = ("--subject", "Person", "--assessor", "Rater", "--criterion", "Criterion", "--score", "Score")
    done = run("severity", CORE, *flags)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == ["converged", "iterations", "log_likelihood", "steps", "facets", "reliability"]
    assert found["converged"] is True
    assert list(found["facets"]) == list(found["reliability"]) == ["subject", "assessor", "criterion"]
    assert list(found["facets"]["assessor"][0]) == [
        "label", "count", "total", "observed", "fair", "measure", "se", "infit", "outfit", "extreme",
    ]  # fmt: skip


def test_severity_knows_the_usual_names_of_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    renamed = tmp_path / "renamed.csv"
    renamed.write_text(
        CORE.read_text().replace(
            '"Person","Rater","Criterion","Score"', "subject,assessor,criterion,score", 1
        )
    )
    assert printed(capsys, "severity", CORE) == printed(capsys, "severity", renamed)


BAD = {
    "missing column": ("agreement", "unit,rater\n1,A\n", "no column “score”"),
    "text": ("agreement", "unit,rater,score\n1,A,3\n1,B,good\n", "line 3: “good” in column “score”"),
    "not a number": ("agreement", "unit,rater,score\n1,A,nan\n1,B,2\n", "line 2: “nan”"),
    "one rater": ("agreement", "unit,rater,score\n1,A,3\n2,A,4\n", "one rater (A)"),
    "twice": ("agreement", "unit,rater,score\n1,A,3\n1,B,4\n1,A,2\n", "A scored 1 twice"),
    "no scores": ("agreement", "unit,rater,score\n1,A,\n", "no score"),
    "empty": ("agreement", "", "empty"),
    "short line": ("agreement", "unit,rater,score\n1,A,3\n1\n", "line 3: 1 values"),
    "nothing shared": ("agreement", "unit,rater,score\n1,A,3\n2,B,4\n", "No unit"),
    "no label": ("agreement", "unit,rater,score\n1,,3\n", "line 2: column “rater” is empty"),
    "two columns of a name": ("agreement", "unit,rater,score,score\n1,A,3,3\n", "more than one column"),
    "severity column": ("severity", "Person,Rater,Score\ns,a,1\n", "no column “Criterion”"),
    "severity rater": ("severity", "Person,Rater,Criterion,Score\ns,a,c,1\nt,a,c,2\n", "one assessor (a)"),
    "severity half": ("severity", "Person,Rater,Criterion,Score\ns,a,c,1.5\ns,b,c,2\n", "a on s, c"),
    "severity extreme": ("severity", "Person,Rater,Criterion,Score\ns,a,c,2\ns,b,c,2\n", "nothing to estimate"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_line(name: str, tmp_path: Path) -> None:
    command, content, says = BAD[name]
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(CommandError) as caught:
        call_command(command, str(path))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode == 2


def test_bad_files_end_with_code_2_and_nothing_on_stdout(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("unit,rater,score\nMané,A,3\n".encode("latin-1"))
    for command, file, says in (
        ("agreement", path, "UTF-8"),
        ("severity", tmp_path / "none.csv", "No such file"),
    ):
        done = run(command, file)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.strip().splitlines()) == 1
        assert says in done.stderr


def test_without_a_file_or_a_framework_it_says_what_to_give() -> None:
    with pytest.raises(CommandError, match="--framework") as caught:
        call_command("severity")
    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_an_unknown_framework_version_is_named() -> None:
    with pytest.raises(CommandError, match="“OTHER-9”") as caught:
        call_command("agreement", framework="OTHER-9")
    assert caught.value.returncode == 2
