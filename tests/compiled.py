"""Parts of the kernel, called from Python: only compiled code can call them as they are."""

from clustersim.kernel.jit import jit


def called(part):
    """Wrap a part of the kernel in a function that Python can call."""

    @jit
    def call(*arguments):
        return part(*arguments)

    return call
