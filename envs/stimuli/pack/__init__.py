"""A pack of pictures of everyday things in three styles of emoji, and the script that builds it."""
