"""A process that follows a store until its input ends: `python -m tests.search.follower_process DATA_FOLDER`."""

import sys
from pathlib import Path

from app.database import Database
from app.search.following import Follower, open_index
from app.search.source import StoreSource
from app.settings import load_settings


def main(folder: Path) -> None:
    settings = load_settings(_env_file=None, data_dir=folder)
    database = Database(settings)
    follower = Follower(open_index(settings), StoreSource(database), every=0.02)
    follower.start()
    print("ready", flush=True)
    sys.stdin.read()
    follower.stop()
    database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
