"""What there is to say about a layer, as records: numbers first, texts when they are read."""

from . import network_pages, pages  # noqa: F401 (they tell each record what to say)
from .axes import AxisExplanation
from .code import keras_call, keras_code, keras_kind, not_written
from .costs import Bytes, Dense, Weight
from .decompositions import Variant, decompositions
from .differences import Difference, Differences
from .formulas import Step
from .frames import Frame, Frames, Product, Stamp, Stamps, Window, frames, stamps
from .layers import (
    CompanionExplanation,
    Explanation,
    LayerExplanation,
    Refusal,
    UnknownExplanation,
    explanation_of,
)
from .networks import NetworkExplanation, StepExplanation, Unreached, explain
from .settings import Choice, Settings, names_of
from .wiring import Coverage, Matrix, coverage, matrices

__all__ = [
    "AxisExplanation",
    "Bytes",
    "Choice",
    "CompanionExplanation",
    "Coverage",
    "Dense",
    "Difference",
    "Differences",
    "Explanation",
    "Frame",
    "Frames",
    "LayerExplanation",
    "Matrix",
    "NetworkExplanation",
    "Product",
    "Refusal",
    "Settings",
    "Stamp",
    "Stamps",
    "Step",
    "StepExplanation",
    "UnknownExplanation",
    "Unreached",
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
