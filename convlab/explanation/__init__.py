"""What there is to say about a layer, as records: numbers first, texts when they are read."""

from . import pages  # noqa: F401 (it tells each record what to say)
from .axes import AxisExplanation
from .code import keras_call, keras_code, keras_kind, not_written
from .costs import Bytes, Dense, Weight
from .decompositions import Variant, decompositions
from .differences import Difference, Differences
from .formulas import Step
from .frames import Frame, Frames, Product, Stamp, Stamps, Window, frames, stamps
from .layers import Explanation, Refusal, StackExplanation, explain, explanation_of
from .settings import Choice, Settings, names_of
from .wiring import Coverage, Matrix, coverage, matrices

__all__ = [
    "AxisExplanation",
    "Bytes",
    "Choice",
    "Coverage",
    "Dense",
    "Difference",
    "Differences",
    "Explanation",
    "Frame",
    "Frames",
    "Matrix",
    "Product",
    "Refusal",
    "Settings",
    "StackExplanation",
    "Stamp",
    "Stamps",
    "Step",
    "Variant",
    "Weight",
    "Window",
    "coverage",
    "decompositions",
    "explain",
    "explanation_of",
    "frames",
    "keras_call",
    "keras_code",
    "keras_kind",
    "matrices",
    "names_of",
    "not_written",
    "stamps",
]
