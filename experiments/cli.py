"""The command line. Heavy imports wait until a command needs them; results go to standard output, the rest to error."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False,
                  help="A laboratory for mental imagery.")

USAGE_ERRORS = typer.BadParameter.__mro__[2]      # click's ClickException, or that of the copy typer carries
EXPERIMENTS = ("scanning", "reinterpretation", "interference", "reversal", "rotation")
BENCHES = {"speed": "experiments.benches.speed:speed", "models": "experiments.benches.models:models",
           "pictures": "experiments.benches.picturebook:pictures",
           "objectives": "experiments.benches.objectives:objectives",
           "memory": "experiments.memory.benchmark:memory", "collapse": "experiments.families.collapse:collapse",
           "abilities": "experiments.families.abilities:abilities",
           "planning": "experiments.planning.benchmark:planning"}
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Out = Annotated[Optional[Path], typer.Option(help="Folder for the results.")]
Seed = Annotated[int, typer.Option(help="Seed of all randomness.")]


def choose(kind: str, name: str, known: Iterable[str]) -> str:
    """`name`, if it is known; else ValueError with the nearest known names."""
    known = list(known)
    if name not in known:
        near = difflib.get_close_matches(name, known, 3, 0.4) or known
        raise ValueError(f"unknown {kind} {name!r}; did you mean {', '.join(near)}?")
    return name


def positive(option: str, value: float | None) -> None:
    if value is not None and not value > 0:
        raise ValueError(f"{option} must be more than 0, not {value:g}")


def a_seed(value: int) -> None:
    if not 0 <= value < 2**32:
        raise ValueError(f"--seed must be 0 or more and less than 2**32, not {value}")


def table(result: dict[str, Any], indent: str = "") -> str:
    """A benchmark's result as lines of text."""
    lines = []
    for key, value in result.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", table(value, indent + "  ")]
        elif isinstance(value, list):
            lines += [f"{indent}{key}:", *(f"{indent}  {row}" for row in value)]
        else:
            lines.append(f"{indent}{key}: {value:.4g}" if isinstance(value, float) else f"{indent}{key}: {value}")
    return "\n".join(lines)


def say(value: Any, as_json: bool, text: str) -> None:
    print(json.dumps(value) if as_json else text)


@app.command("list")
def list_(kind: Annotated[Optional[str], typer.Argument(help="models, agents, envs, experiments or recipes")] = None,
          as_json: Json = False) -> None:
    """What there is, by kind."""
    import gymnasium

    from experiments.runs import EXPERIMENTS as RUNS
    from experiments.upbringing.reactive import ALGORITHMS
    from experiments.upbringing.recipes import RECIPES
    from imagery.models import MODELS

    agents = dict.fromkeys(name for about in RUNS.values() for name in about.agents)
    everything = {"models": list(MODELS), "agents": list(agents),
                  "envs": sorted(name for name in gymnasium.registry if name.startswith("imagery/")),
                  "experiments": list(EXPERIMENTS), "recipes": [*RECIPES, *ALGORITHMS]}
    if kind is not None:
        everything = {kind: everything[choose("kind", kind, everything)]}
    say(everything, as_json, "\n".join(f"{key}: {', '.join(names)}" for key, names in everything.items()))


@app.command()
def run(experiment: str,
        agent: Annotated[Optional[list[str]], typer.Option(help="A theory to run; may be repeated.")] = None,
        participants: Annotated[int, typer.Option(help="Simulated people for each agent.")] = 30,
        seed: Seed = 0, out: Out = None,
        description: Annotated[Optional[Path], typer.Option(help="A file of English that tells of an island, for "
                                                                 "scanning.")] = None,
        items: Annotated[Optional[Path], typer.Option(help="A JSON file of constructions, for reinterpretation: a list "
                                                           "of a target and instructions each.")] = None,
        designs: Annotated[Optional[Path], typer.Option(help="A JSON file of designs, for rotation: a list of names of "
                                                             "published ones and of objects.")] = None,
        backend: Annotated[str, typer.Option(help="joblib backend: loky, ray or dask.")] = "loky",
        jobs: Annotated[int, typer.Option(help="Processes that share the cohort.")] = 1, as_json: Json = False) -> None:
    """Run an experiment on simulated people and write its report."""
    choose("experiment", experiment, EXPERIMENTS)
    from experiments import runs

    about = runs.EXPERIMENTS[experiment]
    agents = list(dict.fromkeys(choose("agent", name, about.agents) for name in agent or about.main))
    choose("backend", backend, ("loky", "ray", "dask"))
    positive("--participants", participants)
    positive("--jobs", jobs)
    a_seed(seed)
    files = {"description": description, "items": items, "designs": designs}
    given = {name: path for name, path in files.items() if path is not None}
    if wrong := set(given) - {about.own}:
        takes = f"takes --{about.own}" if about.own else "takes no file"
        raise ValueError(f"--{wrong.pop()} is not for {experiment}, which {takes}")
    own = read_text(given[about.own]) if given else None
    out = out or Path("runs") / experiment
    effects = runs.run_and_report(experiment, agents, participants, seed, out, own, jobs, backend)
    say({"directory": str(out), "effects": effects}, as_json, f"report: {out / 'report.html'}")


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not text in UTF-8") from None


@app.command()
def imagine(text: str, out: Annotated[Path, typer.Option(help="PNG file to write.")],
            model: Annotated[str, typer.Option(help="The generator, or the path of your own.")] = "islands",
            n: Annotated[int, typer.Option(help="How many images, side by side.")] = 1, seed: Seed = 0,
            steps: Annotated[Optional[int], typer.Option(help="Network evaluations an image.")] = None,
            as_json: Json = False) -> None:
    """Imagine what a text says and save the picture."""
    positive("--n", n)
    positive("--steps", steps)
    a_seed(seed)
    if not text.strip():
        raise ValueError("the text is empty; write at least one sentence such as 'There is a hut.'")
    if n > 64:
        raise ValueError(f"--n must be at most 64, not {n}")
    import io

    import numpy as np
    from PIL import Image

    import imagery
    from experiments.folders import write_whole

    channel = imagery.load(model)
    if not hasattr(channel, "imagine"):
        raise ValueError(f"model {model!r} does not imagine; try islands")
    pictures = channel.imagine([text] * n, seed=seed, steps=steps)
    row = ((pictures + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    file = io.BytesIO()
    Image.fromarray(np.concatenate(list(row), 1)).save(file, "PNG")
    write_whole(out, file.getvalue())
    say({"file": str(out), "images": n, "seed": seed}, as_json, str(out))


@app.command()
def describe(file: Path,
             model: Annotated[str, typer.Option(help="The verbal channel, or the path of your own.")] = "verbal",
             as_json: Json = False) -> None:
    """Say in English what a picture shows."""
    import numpy as np
    import torch
    from PIL import Image, UnidentifiedImageError

    import imagery

    try:
        picture = np.array(Image.open(file).convert("RGB"))
    except UnidentifiedImageError:
        raise ValueError(f"{file} is not a picture") from None
    if picture.shape[0] != picture.shape[1] or picture.shape[0] < 32:
        raise ValueError(f"{file} is {picture.shape[1]} x {picture.shape[0]} pixels; a square of at least 32 is needed")
    verbal = imagery.load(model)
    if not hasattr(verbal, "describe"):
        raise ValueError(f"model {model!r} does not describe; try verbal")
    text = verbal.describe(torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 127.5 - 1)[0]
    say({"text": text}, as_json, text)


@app.command()
def train(recipe: str, preset: Annotated[str, typer.Option(help="tiny, small or full")] = "small", out: Out = None,
          device: Annotated[str, typer.Option(help="auto, cpu or cuda")] = "auto",
          resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in --out.")] = False,
          max_minutes: Annotated[Optional[float], typer.Option(help="Stop cleanly after so long.")] = None,
          as_json: Json = False) -> None:
    """Train a model and save its weights; what is shipped was made so."""
    from experiments.upbringing import reactive, recipes
    from experiments.upbringing.recipe import PRESETS
    from imagery.progress import progress

    choose("recipe", recipe, [*recipes.RECIPES, *reactive.ALGORITHMS])
    choose("preset", preset, PRESETS)
    choose("device", device, ("auto", "cpu", "cuda"))
    positive("--max-minutes", max_minutes)
    out = out or Path("trained") / recipe
    how, steps = ((reactive.train, reactive.frames_of(preset)) if recipe in reactive.ALGORITHMS else
                  (recipes.train, recipes.RECIPES[recipe].settings[preset][1].steps))
    *_, log = [{}, *progress(how(recipe, preset, out, device, resume, max_minutes), steps)]
    say({"directory": str(out), **log}, as_json, f"weights: {out}")


@app.command()
def bench(what: str, out: Out = None,
          preset: Annotated[Optional[str], typer.Option(help="small or full, of planning")] = None,
          boards: Annotated[Optional[Path], typer.Option(help="A JSON file of FrozenLake maps, for planning: a list of "
                                                              "lists of strings.")] = None,
          agents: Annotated[Optional[str], typer.Option(help="Planners, with commas between them.")] = None,
          backend: Annotated[Optional[str], typer.Option(help="joblib backend of planning: loky, ray or dask.")] = None,
          jobs: Annotated[Optional[int], typer.Option(help="Processes that share planning; as many as cores.")] = None,
          weights: Annotated[Optional[Path], typer.Option(help="Folder of weights of families of models, as training "
                                                               "leaves them in trained/.")] = None,
          seed: Annotated[Optional[int], typer.Option(help="Seed of planning.")] = None, as_json: Json = False) -> None:
    """Measure: speed of imagining and thinking, how well the models ground words, how well pictures are named and
    imagined, or what imagining is worth in planning."""
    choose("bench", what, BENCHES)
    from importlib import import_module

    asked = {"preset": preset, "boards": boards, "agents": agents, "backend": backend, "jobs": jobs, "seed": seed}
    asked = {name: value for name, value in asked.items() if value is not None}
    if asked and what != "planning":
        raise ValueError(f"--{next(iter(asked))} is for planning, not for {what}")
    if weights is not None:
        asked = {"weights": a_folder(weights, what)}
    elif what == "planning":
        out, asked = out or Path("runs") / what, planning_options(asked)
    module, name = BENCHES[what].split(":")
    result = getattr(import_module(module), name)(out, **asked)
    if out and what != "planning":
        from experiments.folders import write_whole

        write_whole(out / f"{what}.json", json.dumps(result, indent=1).encode())
    say(result, as_json, f"report: {out / 'report.html'}" if what == "planning" else table(result))


def a_folder(weights: Path, what: str) -> Path:
    """The folder of weights of families that a benchmark is to measure."""
    if what not in ("models", "abilities"):
        raise ValueError(f"--weights is for models and abilities, not for {what}")
    if not weights.is_dir():
        raise ValueError(f"no folder {weights}: `imagery train NAME --out {weights}/NAME` makes one")
    return weights


def planning_options(asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked of the benchmark of planning, checked and in its terms."""
    from experiments.planning.agents import PLANNERS
    from experiments.planning.benchmark import PRESETS

    choose("preset", asked.get("preset", "small"), PRESETS)
    choose("backend", asked.get("backend", "loky"), ("loky", "ray", "dask"))
    positive("--jobs", asked.get("jobs"))
    a_seed(asked.get("seed", 0))
    if "agents" in asked:
        asked["agents"] = list(dict.fromkeys(choose("agent", each.strip(), PLANNERS)
                                             for each in asked["agents"].split(",")))
    if "boards" in asked:
        asked["boards"] = read_text(asked["boards"])
    return asked


@app.command()
def report(directory: Path, as_json: Json = False) -> None:
    """Analyse a run's trials again and write its report anew."""
    from experiments.runs import report_again

    effects = report_again(directory)
    say({"directory": str(directory), "effects": effects}, as_json, f"report: {directory / 'report.html'}")


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0, or 2 with one line on standard error that says what was wrong and what would be right."""
    try:
        app(arguments, standalone_mode=False)
        return 0
    except USAGE_ERRORS as error:
        message = error.format_message()
    except (ValueError, OSError, FloatingPointError) as error:
        message = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
    except (KeyboardInterrupt, typer.Abort):
        print("imagery: stopped", file=sys.stderr)
        return 130
    print("imagery: " + " ".join(message.split()), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
