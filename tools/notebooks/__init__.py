"""One MyST lesson in two languages → two executed, byte-stable notebooks.

    python -m tools.notebooks build | check | accept [lesson ...]

``source`` reads a lesson; ``prose``, ``typography`` and ``code`` say what is wrong with it; the
``lock`` remembers which twins were read side by side; ``notebook`` assembles, executes, compares;
``outputs`` says what an executed cell may not show; ``__main__`` puts them in order.
``lessons/README.md`` tells an author what is refused, and why.
"""
