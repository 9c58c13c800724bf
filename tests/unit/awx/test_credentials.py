"""What the credentials put into a job is what the inventory's aws_connection reads."""

from __future__ import annotations

from pathlib import Path

import botocore.session
import pytest
import yaml
from awx import asked
from awx.double import credentials
from e2e.sandbox import ROOT

KEYS = {
    "link": "london",
    "public_access_key": "AKIAPUBLIC",
    "public_secret_key": "public%secret/+",
    "isolated_access_key": "AKIAISOLATED",
    "isolated_secret_key": "isolated=secret",
}


def _session(asks, folder: Path, monkeypatch: pytest.MonkeyPatch, **more: str) -> dict:
    accounts, _key = asked.calls(asks, "credential_type")
    (folder / "env").mkdir()
    environment, variables = credentials.inject(accounts, {**KEYS, **more}, folder)
    assert not variables
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "none"))
    return botocore.session.Session().full_config["profiles"]


@pytest.mark.parametrize("side", ["public", "isolated"])
def test_each_side_has_the_profile_that_the_example_names(asks, tmp_path, monkeypatch, side):
    profiles = _session(asks, tmp_path, monkeypatch)
    main = ROOT / "inventories" / "example" / "host_vars" / f"london_{side}" / "main.yml"
    profile = yaml.safe_load(main.read_text())["aws_connection"]["profile"]
    assert profiles[profile] == {
        "aws_access_key_id": KEYS[f"{side}_access_key"],
        "aws_secret_access_key": KEYS[f"{side}_secret_key"],
    }


@pytest.mark.parametrize("side", ["public", "isolated"])
def test_a_role_is_taken_on_with_the_keys(asks, tmp_path, monkeypatch, side):
    arn, token = f"arn:aws:iam::111111111111:role/{side}", "a-token"
    profiles = _session(asks, tmp_path, monkeypatch, **{f"{side}_role": arn, f"{side}_session_token": token})
    assert profiles[f"london-{side}"] == {"role_arn": arn, "source_profile": f"london-{side}-key"}
    assert profiles[f"london-{side}-key"]["aws_session_token"] == token
    (other,) = {"public", "isolated"} - {side}
    assert profiles[f"london-{other}"]["aws_access_key_id"] == KEYS[f"{other}_access_key"]
    assert "aws_session_token" not in profiles[f"london-{other}"]


def test_the_file_is_for_nobody_else(asks, tmp_path, monkeypatch):
    _session(asks, tmp_path, monkeypatch)
    (written,) = (tmp_path / "env").iterdir()
    assert written.stat().st_mode & 0o077 == 0


def test_the_key_has_the_name_that_the_example_reads(asks, tmp_path):
    (tmp_path / "env").mkdir()
    _accounts, key = asked.calls(asks, "credential_type")
    environment, variables = credentials.inject(key, {"service_private_key": "PEM"}, tmp_path)
    assert not environment
    (name,) = variables
    example = (ROOT / "inventories" / "example" / "group_vars" / "london" / "main.yml").read_text()
    assert f'private_key: "{{{{ {name} }}}}"' in example
