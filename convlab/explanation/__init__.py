"""What there is to say about a layer, as records: numbers first, texts when they are read."""

from .frames import Frame, Frames, Product, Stamp, Stamps, Window, frames, stamps

__all__ = [
    "Frame",
    "Frames",
    "Product",
    "Stamp",
    "Stamps",
    "Window",
    "frames",
    "stamps",
]
