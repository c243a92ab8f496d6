"""Real PyTorch: its numbers recorded for the tests to replay, and held against convlab live."""
