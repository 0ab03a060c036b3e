"""The commands, a module for each group; `app/cli.py` puts them together. NOT here: rules, which are the services'."""
