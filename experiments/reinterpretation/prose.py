"""What the report of the reinterpretation experiment says in words, section by section."""

TITLE = "Can something new be seen in a mental image?"
LEAD = (
    "Imagine a capital D. Turn it a quarter to the left, and hang a J from it: many people then \u201csee\u201d an "
    "umbrella, which nobody mentioned (Finke, Pinker & Farah 1989). If that is done with images, the name comes from "
    "looking; if it is done with propositions, it comes from working out what was said.",
    "Here each theory is a program. The dual agent understands the words with its verbal channel, imagines the parts "
    "with a generator trained here, puts them together in the visual buffer, and looks. The depictive agent has the "
    "images without knowing what lines a letter consists of; the propositional one works the shape out exactly and "
    "compares its description with those of a thousand things; the verbal one goes by what words have in common.",
)
SECTIONS = {  # id: title, text
    "naming": (
        "Who names what",
        "Share of participants who give a target, or a listed synonym, among three answers. Bars are 95 % intervals "
        "over participants; the names to choose from, and so chance, are said above."),
    "items": (
        "Construction by construction",
        "Naming rates of people (black; a hundred took part, some two dozen a construction) and of each agent."),
    "films": (
        "What went through one mind",
        "After each instruction, the mental image of one simulated person; the last is the figure as it was looked at. "
        "Below it, the five names that came to mind first."),
    "attribution": (
        "Is it the image that does it?",
        "The dual agent with parts as they should be imagined, with other parts, with none, and with the result shown "
        "instead of imagined. What perfect parts repair was lost in generation; what only showing the result repairs, "
        "in putting it together; what neither repairs, in interpretation. The propositional agent is also given the "
        "image that its description makes."),
    "effects": ("All effects", "Every number, with its 95 % interval over participants and what is published."),
}
CAVEATS = (
    "The instruction language is read by a parser, not by the learned text encoder: the words of the constructions are "
    "comprehended without loss. What is learned is imagining the parts and naming the result.",
    "People answered freely; agents choose among the names of the vocabulary.",
    "Intervals are over simulated participants, who differ in the noise of their images, not in what they learned.",
    "Part of what is counted as imagery here was built in: one part is imagined at a time, so time grows with parts.",
)
