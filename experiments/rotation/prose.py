"""What the report of the rotation experiment says in words, section by section."""

TITLE = "Do people turn things in the mind?"
LEAD = (
    "Are these two figures the same, or is one the mirror image of the other? The further one is turned from the "
    "other, the longer people take, as if they turned a picture of it at a constant pace. Shepard and Metzler say that "
    "they do. Others say that they match descriptions, or that pictures simply differ more the further one is turned.",
    "Here each theory is a program. Each agent sees what people saw and answers the same questions; the experiment "
    "counts the ticks it takes.",
)
SECTIONS = {  # id: title, text
    "targets": (
        "What had to be shown, and was it",
        "Measured in the agent the claim is about, the depictive one unless another is named. Where a claim is about a "
        "sign or an equality its interval decides, and a dash stands where there are too few people for one."),
    "times": (
        "Times beside people's",
        "Mean times of right answers against the angle, ticks turned into seconds by two parameters fitted to all of "
        "people's means in the panel. Filled marks are same pairs, hollow ones mirror pairs, people in black; bars are "
        "95 % intervals over participants. Agents whose times do not surely rise with the angle have no scale in "
        "seconds and are left out."),
    "accuracy": (
        "Right answers beside people's",
        "Shares of right answers against the angle, with nothing fitted. People err more the further same pairs are "
        "turned, and hardly more with mirror pairs."),
    "agents": (
        "All theories on one design",
        "Ticks and right answers of every agent on the same pairs. What turns nothing takes the same time at any "
        "angle."),
    "slopes": (
        "What should change the slope, and what should not",
        "Block figures take people longer a degree than polygons, and polygons longer than letters; turns in depth "
        "take as long as turns in the plane, complex forms as long as simple ones. Nothing is left of the slope when "
        "people know ahead what will come and how it will stand (Cooper & Shepard 1973), and practice wears it down."),
    "difference": (
        "Is it the angle, or how much the pictures differ?",
        "Times of same pairs against the root mean square difference of the two pictures, drawn anew from the design: "
        "were it this that takes time, the angle would add nothing. In the table both compete; a positive difference "
        "of BIC speaks for the angle."),
    "attribution": (
        "Is it the image that does it?",
        "The same trials with the imagined views replaced: by the true ones, by those of other figures, by nothing. "
        "What perfect views repair was lost in imagining; what blank ones spare never needed the image."),
    "individuals": (
        "One by one",
        "Each mark is one simulated person: the slope of his or her times of same pairs, and the share of right "
        "answers. The aphantasic agent has no image, only places of parts, which it turns as many at a time as working "
        "memory holds; aphantasic people are slower and no worse (Kay, Keogh & Pearson 2024). In the groups of the "
        "table vividness varies as people's answers to the VVIQ do, whose r with performance is near nothing."),
    "films": (
        "Imagined turns under the true ones",
        "Figures no model ever saw, turned step by step: the true view on top, and under it what is imagined from the "
        "first picture alone."),
    "media": (
        "How well each medium turns things",
        "Measured on figures of the validation split when the medium was trained, and averaged over axes. The table is "
        "of laws of imagery: four quarter turns, a turn and its undoing, two mirrorings should change nothing, and two "
        "turns should come to their product; it gives the root mean square, in ink, by which what comes of so many "
        "operations differs from what comes of all at once. The panels show how often a view imagined after one turn "
        "is nearer to the true view than to that of the mirror figure, and, for turns by 30 degrees each of which "
        "starts from what the last left, the error, and how often the view is still nearer to the true figure."),
    "effects": (
        "All effects",
        "Published and measured values, with 95 % intervals over participants. An effect is built in when the agent "
        "was made to show it, and emergent when nothing in the agent was."),
}
CAVEATS = (
    "That turning takes time in proportion to the angle, once the direction is known, was built in to the depictive, "
    "the piecemeal and the aphantasic agent, and to the last that it takes the more time the more parts there are. "
    "Finding the direction, knowing when to stop, errors, and the times of mirror pairs were not. The propositional, "
    "the difference and the siamese agent turn nothing: their times are flat by construction.",
    "Ticks become seconds by two parameters fitted to the very means they are compared with; the error with each angle "
    "left out is the fairer one. No tick takes negative time: an agent that is faster where people are slower fits no "
    "better than a constant.",
    "People's means of Shepard & Metzler and of Ganis & Kievit come from re-plots, and the latter's accuracies are "
    "lower bounds; those of Hamrick & Griffiths were read off the authors' vector figure. Khazoum et al. worked in "
    "virtual reality: beside them stand the turns about the vertical axis at the same four angles, and what was "
    "mismatched there need not have been a mirror figure.",
    "Slopes of families are compared between designs that differ in more than the family; each two were presented "
    "alike, side by side or one from memory. People's orders of families and of practice are quoted from memory.",
    "The difference of pictures is a mean over pairs drawn from the design, not that of the very pairs shown.",
    "Intervals are over simulated participants, who share one set of trained weights. They do not cover retraining.",
)
MEDIA = {"volume": "latent volume", "nextview": "next view", "regressor": "next view without chance"}
ABOUT = {"plane": "in the plane", "vertical": "about the vertical axis", "other": "about another axis"}
VERDICTS = {True: "met", False: "missed", None: "–"}
