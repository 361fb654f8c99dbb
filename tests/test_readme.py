"""The README's example runs as it stands, and its commands exist."""

import re
from pathlib import Path

from experiments.cli import app

README = (Path(__file__).parents[1] / "README.md").read_text()


def test_the_example_runs(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.S)
    names = {}
    exec(example, names)
    assert names["pictures"].shape == (1, 3, 64, 64)
    assert "rock" in capsys.readouterr().out


def test_it_gives_every_command():
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert commands == set(re.findall(r"^imagery (\w+)", README, re.M))
    assert "make run" in README and "make test" in README
