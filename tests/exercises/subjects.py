"""What a text speaks of, by its words: a reply may speak only of what its question raises."""

from __future__ import annotations

import re
from typing import NamedTuple


class Subject(NamedTuple):
    """A thing that a reply may speak of, and how a question raises it, as regular expressions."""

    said: str
    raised: str


NOTATION = r"`[^`]*`|\$[^$]*\$"
"""Code and formulas: what stands there is notation, not speech. A question may raise by it."""

FRAMED = r"^(?!.*Transpose).*(padding=|`valid`)"
"""A question on a convolution that names its padding; a transposed one crops instead."""

SUBJECTS: dict[str, dict[str, Subject]] = {
    "en": {
        "total": Subject(r"\btotal\b|\bin all\b", r"\btotal\b|before.*after"),
        "sides": Subject(r"\bsides\b|\beither side\b", r"before.*after|left.*right"),
        "zeros": Subject(r"\bzeros?\b|\bpadding\b", r"\bzeros?\b|" + FRAMED),
        "crops": Subject(r"\bcrop\w*", r"\bcrop\w*|Transpose"),
        "stamps": Subject(r"\bstamp\w*", r"\bstamp\w*|transposed|Transpose"),
        "height": Subject(r"\bheight\b", r"\bheight\b|2D"),
        "width": Subject(r"\bwidth\b", r"\bwidth\b|2D"),
        "channels": Subject(r"\bchannels?\b", r"\bchannels?\b"),
        "filters": Subject(r"\bfilters?\b", r"\bfilters?\b|Conv[12]D\w*\("),
        "bias": Subject(r"\bbias\w*", r"\bbias\b|parameters"),
        "steps in time": Subject(r"\bpresent\b|\bfuture\b", r"\bsteps?\b"),
        "strides": Subject(r"\bstrides?\b", r"\bstrides?\b|convolution"),
        "dilation": Subject(r"\bdilations?\b|\bgaps?\b(?!, not)", r"dilation|strides?=|\bsteps\b"),
        "photographs": Subject(r"\bphotographs?\b", r"\bphotographs?\b"),
        "images": Subject(r"\bimages?\b|\bpixels?\b", r"\bimages?\b|\bpixels?\b|2D"),
        "recording": Subject(r"\brecording\b", r"\brecording\b"),
        "signal": Subject(r"\bsignal\b", r"\bsignal\b|\bgradient\b"),
        "batch": Subject(r"\bbatch\b", r"\bbatch\b"),
        "epochs": Subject(r"\bepochs?\b", r"\bepochs?\b"),
        "sets of data": Subject(r"\b(training|validation|test) set\b", r"\btraining\b.*\btest\b"),
        "relu": Subject(r"\brelu\b", r"\brelu\b|\bdense\b"),
        "several numbers": Subject(
            r"\b(first|second|last) (number|is right)\b|\bThe (first|second) is\b",
            r"is `\(|\bshape\b",
        ),
    },
    "zh_TW": {
        "total": Subject(r"總數|總共", r"總數|前.*後"),
        "sides": Subject(r"兩邊|前後", r"前.*後"),
        "zeros": Subject(r"補零|個零|用零|填充", r"補|" + FRAMED),
        "crops": Subject(r"裁", r"裁|Transpose"),
        "stamps": Subject(r"印章|蓋印", r"蓋印|轉置|Transpose"),
        "height": Subject(r"高度", r"高度|2D"),
        "width": Subject(r"寬度", r"寬度|2D"),
        "channels": Subject(r"通道", r"通道"),
        "filters": Subject(r"濾波器", r"濾波器|Conv[12]D\w*\("),
        "bias": Subject(r"偏置", r"偏置|參數"),
        "steps in time": Subject(r"未來|現在", r"步"),
        "strides": Subject(r"步幅", r"步幅|stride|卷積"),
        "dilation": Subject(r"擴張", r"擴張|dilation"),
        "photographs": Subject(r"照片", r"照片"),
        "images": Subject(r"影像|像素", r"影像|2D"),
        "recording": Subject(r"記錄", r"記錄"),
        "signal": Subject(r"訊號", r"訊號|梯度"),
        "batch": Subject(r"批次", r"批次"),
        "epochs": Subject(r"[那一]一?輪|輪次", r"輪"),
        "sets of data": Subject(r"(訓練|驗證|測試)集", r"訓練集.*測試集"),
        "several numbers": Subject(r"(第一|第二|最後一)個(對了|數字|你)", r"一個形狀|`\("),
    },
}


def unasked(reply: str, question: str, language: str) -> list[str]:
    """The subjects that ``reply`` speaks of and ``question`` does not raise."""
    said = re.sub(NOTATION, "", reply)
    return [
        name
        for name, subject in SUBJECTS[language].items()
        if re.search(subject.said, said) and not re.search(subject.raised, question, re.DOTALL)
    ]
