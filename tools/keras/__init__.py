"""Real Keras as the judge: its numbers and its errors, recorded once and compared live.

``python -m tools.keras record`` writes ``tests/keras/data``; ``python -m tools.keras compare``
records again elsewhere, compares, and then holds convlab against Keras live. Both need the
``keras`` extra; the tests that replay the records do not. The programs that convlab writes are run
in Keras and PyTorch by the same two, and those that changed by ``python -m tools.keras.programs``.
"""
