"""What a reader can move: the explorer, the calculator, sliders over a picture."""
