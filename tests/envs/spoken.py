"""What descriptions say, read by regular expressions of the tests' own."""

import re


def places(words):
    """The places, row and column from 0, in words like "row 1, columns 2, 5; row 3, column 1"."""
    rows = re.findall(r"row (\d+), columns? (\d+(?:, \d+)*)", words)
    return [(int(row) - 1, int(column) - 1) for row, columns in rows for column in columns.split(", ")]
