"""Commands of `xushi` by what they are about; xushi/cli.py puts them together."""
