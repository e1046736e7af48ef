"""`python -m muster` is the program itself."""

from muster.server.main import main

main()
