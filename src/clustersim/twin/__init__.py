"""The twin: one trajectory, one month at a time, in plain Python. Read beside the model, it is the specification.

It reads the same random words as the kernel, and shares no code with it. In `Float32` it gives the kernel's bits, so it
can tell a single life of those that were counted; in `Float64` it comes to the same decisions, but where one hung by a
thread: ``Life.doubtful`` tells.
"""
