"""The command line: ``clustersim`` and ``python -m clustersim``."""

import sys


def main() -> int:
    """Run the command line, and return its exit status."""
    try:
        import rich  # noqa: PLC0415  # an extra, which may be missing

        from clustersim.present.commands import run  # noqa: PLC0415  # so may typer, which this needs
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "rich"}:
            raise
        sys.stderr.write(f'the command line needs {error.name}: pip install "clustersim[cli]"\n')
        return 1
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        return _no_memory()
    del rich
    try:
        return run()
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        return _no_memory()


def _no_memory() -> int:
    from clustersim.memory import shortage  # noqa: PLC0415  # needed here alone

    sys.stderr.write(f"{shortage()}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
