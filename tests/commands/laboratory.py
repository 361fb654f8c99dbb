"""A shrunken laboratory for the command line: tiny untaught models, sessions of one block, few islands to learn."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

RUN = {"trials.tsv", "effects.json", "manifest.json", "report.html", "figures"}
WEIGHTS = "diffusion_pytorch_model.safetensors"
ISLAND = "At 3 o'clock there is a hut. The well is just above the hut. A cave is in square C3."
SCAN = ("run", "scanning", "--agent", "oracle", "--participants", "1", "--out", "o")
HUT = ("imagine", "There is a hut.", "--out", "hut.png")
WRITERS = {
    "run": lambda out: SCAN[:-1] + (out,),
    "imagine": lambda out: (*HUT[:-1], f"{out}/hut.png"),
    "bench": lambda out: ("bench", "speed", "--out", out),
    "train": lambda out: ("train", "detector", "--preset", "tiny", "--device", "cpu", "--out", out),
}


def small(patch, shipped):
    """Shrink the laboratory; `patch` is setattr or one that undoes itself."""
    import imagery
    from experiments.benches import speed as bench
    from experiments.scanning import experiment as scanning
    from experiments.upbringing import channel_recipes, recipes

    def plan(agent, description):
        condition = {"condition": "scan"} if description is None else {"condition": "own", "description": description}
        return [scanning.Block({**condition, "hearings": 1} if description else condition)]

    scenes, config = recipes.RECIPES["detector"].settings["tiny"]
    quick = replace(recipes.RECIPES["detector"], settings={"tiny": (12, replace(config, checkpoint_minutes=0.0))})
    patch(imagery, "SHIPPED", Path(shipped))
    patch(scanning, "plan", plan)
    patch(recipes, "RECIPES", {**recipes.RECIPES, "detector": quick})
    patch(channel_recipes, "draw_scenes", partial(channel_recipes.draw_scenes, jobs=1))
    patch(bench, "speed", lambda out: {"images_per_s": {1: 2.5, 8: 10.0}, "ratio_to_diffusers": 31.0})


def main(*arguments):
    from experiments import cli

    return cli.main(list(map(str, arguments)))


def tree(folder):
    return {str(path.relative_to(folder)) for path in Path(folder).rglob("*")}


def only_json(capsys):
    """What was printed, which must be one JSON object, strictly."""
    def unlawful(constant):
        raise AssertionError(f"{constant} is not JSON")

    value = json.loads(capsys.readouterr().out, parse_constant=unlawful)
    assert isinstance(value, dict)
    return value
