"""Session scripts. The language is described in scripts/sessions/README.md.

`lexer` makes words of a line, `parser` makes steps of a text, `condition` judges answers, `check`
asks the venue before anything runs, `runner` runs, `transcript` keeps the record for --resume.
"""
