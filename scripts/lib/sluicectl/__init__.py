"""sluicectl: runs a venue over its admin socket. gateway/admin/PROTOCOL.md has the protocol.

What is where: `arguments` reads a command line by the table in `commands`; `client` speaks the
protocol; `perform` asks the venue and `show` prints; `script/` reads, checks and runs session
scripts.
"""
