"""Build the sheet of icons: python -m envs.stimuli.pack.icons FOLDER

FOLDER holds the node_modules of the npm packages in `SETS`, installed there with

    npm install --no-save --ignore-scripts @iconify-json/noto-v1 @iconify-json/emojione ...

and resvg-py must be installed. The script writes `icons.webp` and `icons.json` beside itself: drawings in further
styles of the concepts that the pack has, found by their names. They serve to teach the eye alone.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

from envs.stimuli.openmoji import rasterised
from envs.stimuli.pack.build import encoded, sheet_of
from envs.stimuli.pictures import FOLDER, ICON_STYLES, Pack, pack

SETS = {style: f"@iconify-json/{style}" for style in ICON_STYLES}
VARIANTS = {"mdi": ("", "-outline"), "ph": ("", "-bold")}      # of sets that draw a thing in several ways
COLOURED = "#111"                                               # what icons without a colour of their own are drawn in


def build(folder: Path, target: Path) -> None:
    """Write the sheet and its rows into `target`."""
    tiles, sources = [], {}
    for style, (name, package) in enumerate(SETS.items()):
        home = folder / "node_modules" / package
        sources[package] = json.loads((home / "package.json").read_text("utf-8"))["version"]
        icons = json.loads((home / "icons.json").read_text("utf-8"))
        for variant in VARIANTS.get(name, ("",)):
            tiles += [(concept, style, rasterised(svg(icons, icon)))
                      for concept, icon in named(icons["icons"], variant, pack()).items()]
    sheet = encoded(sheet_of([picture for _, _, picture in tiles]))
    rows = {"sha256": hashlib.sha256(sheet).hexdigest(), "styles": ICON_STYLES, "sources": sources,
            "concept": [concept for concept, _, _ in tiles], "style": [style for _, style, _ in tiles]}
    (target / "icons.webp").write_bytes(sheet)
    (target / "icons.json").write_text(json.dumps(rows, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(tiles)} icons of {len(set(rows['concept']))} concepts, {len(sheet) / 2 ** 20:.2f} MiB")


def named(icons: dict[str, dict], variant: str, pictures: Pack) -> dict[int, str]:
    """For each concept the first icon that bears one of its names, the usual name first."""
    slugs = {icon.removesuffix(variant).replace("-", " "): icon for icon in icons if icon.endswith(variant)}
    found = {}
    for index, concept in enumerate(pictures.concepts):
        names = (concept.name, *concept.synonyms, re.sub("[^a-z0-9]+", " ", concept.label.lower()).strip())
        icon = next((slugs[name] for name in names if name in slugs), None)
        if icon:
            found[index] = icon
    return found


def svg(icons: dict, name: str) -> str:
    icon = icons["icons"][name]
    size = [icon.get(side, icons.get(side, 16)) for side in ("width", "height")]
    body = icon["body"].replace("currentColor", COLOURED)
    return ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{icon.get("left", 0)} {icon.get("top", 0)} {size[0]} {size[1]}">{body}</svg>')


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m envs.stimuli.pack.icons FOLDER")
    build(Path(sys.argv[1]), FOLDER)
