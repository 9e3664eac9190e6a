"""`python -m blogengine` is the command `blogengine`."""

from blogengine.cli import main

if __name__ == "__main__":
    main()
