"""What a reader can move: the explorer, the calculator, the lens, the flipbook."""
