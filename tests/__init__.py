"""The tests: a package, or the `tests` that a library installs would come first."""
