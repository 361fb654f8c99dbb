"""What the report of the scanning experiment says in words, section by section."""

TITLE = "Do people scan mental images?"
LEAD = (
    "Asked to picture an island and to look from the hut to the tree, people take longer the further apart the two "
    "are, as if they moved across a picture. Kosslyn says that they do: imagery is depictive, and scanning crosses "
    "space. Pylyshyn says that they need not: what is known of an island is a web of propositions, and time follows "
    "its links, or what people believe that looking would take.",
    "Here both theories are programs. Each agent sees or hears what people saw or heard, forms its images or its "
    "propositions, and answers the same probes; the experiment counts the ticks it takes.",
)
SECTIONS = {  # id: title, text
    "scanning": (
        "Time against distance",
        "Mean time of each of the 21 pairs of landmarks against the distance between them: people, and each agent with "
        "its ticks turned into seconds by two parameters. People's times lie behind the agent's as open circles; bars "
        "are 95 % intervals over participants. An agent whose times do not rise with people's has no scale in seconds "
        "and is shown in ticks."),
    "images": (
        "Mental images and scan paths",
        "Beside each stimulus, what the model made of it, at the size it was imagined. Attention goes along the "
        "numbered fixations from one landmark to the other."),
    "learning": (
        "Islands known from words",
        "A description heard again and again, in good order or in random order. Points are correlations of time with "
        "distance, bands their 95 % intervals; a filled point marks a slope whose interval lies above zero. People who "
        "heard a random order showed no relation after three hearings and one after six (Denis & Cocude 1992)."),
    "controls": (
        "What should change the times, and what should not",
        "Told to answer from the image as soon as they know, people's times no longer follow distance; the shaded band "
        "is a tenth of the scanning slope either way, and agents without a scanning slope are left out. Larger images "
        "took people longer, and so did landmarks passed on the way."),
    "attribution": (
        "Is it the image that does it?",
        "The same trials with the mental image replaced: by the map itself, by the map with its landmarks exchanged, "
        "by nothing. What a perfect image repairs was lost in imagining; what a blank one spares never needed the "
        "image. In the ablation attention may move any distance in one shift."),
    "own": (
        "Your own island",
        "Mean time of each pair of landmarks against the distance between them, in ticks; bars are 95 % intervals over "
        "participants."),
    "effects": (
        "All effects",
        "Published and measured values, with 95 % intervals over participants. An effect is built in when the agent "
        "was made to show it, and emergent when nothing in the agent was."),
}
CAVEATS = (
    "People's 21 mean times are secondary: read off the published figure by Peebles (2019). The published correlation "
    "recomputes from them.",
    "The map's layout is our reconstruction from the published distances alone, so agents' pairs are matched to "
    "people's by the rank of their distance.",
    "Ticks become seconds by two parameters fitted to the very means they are compared with; the error with each pair "
    "left out is the fairer one. No tick takes negative time: an agent that is faster where people are slower fits no "
    "better than a constant.",
    "That time rises with distance was built in to agents whose attention moves a bounded step at a time. That it "
    "rises in proportion, and how precisely, on images a model made up, was not. Each effect says which it is.",
    "Positions on the described island are quoted from memory and unverified; how people did on it is known to us in "
    "words only. So are the published results on size, on landmarks passed and on answering without scanning.",
    "Overflowing images are one and a half times the full size; people gave no number.",
    "Intervals are over simulated participants, who share one set of trained weights. They do not cover retraining.",
)
CONDITIONS = {
    "half": "half size", "full": "full size", "overflow": "overflowing", "scan": "as imagined",
    "scan_perfect": "perfect image", "scan_shuffled": "shuffled image", "scan_blank": "blank image",
    "scan_saccade": "shifts unbounded",
}


def condition(name: str) -> str:
    """What a condition is called in a table, such as "random order, hearing 3"."""
    if name.startswith("described_"):
        _, order, hearing = name.split("_")
        return f"{order} order, hearing {hearing}"
    return CONDITIONS.get(name, name)
