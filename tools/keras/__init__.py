"""Real Keras as the judge: its numbers and its errors, recorded once and compared live.

``python -m tools.keras record`` writes ``tests/keras/data``; ``python -m tools.keras compare``
records again elsewhere, compares, and then holds convlab against Keras live. Both need the
``keras`` extra; the tests that replay the records do not.
"""
