"""Make the fonts that the portal serves from their masters: ``python portal/fonts/make.py`` (README.md says why)."""

import io
import sys
from pathlib import Path

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.hvar import add_HVAR
from fontTools.varLib.instancer import instantiateVariableFont

MASTERS = Path(__file__).parent / "masters"
SERVED = Path(__file__).parents[1] / "static" / "portal" / "fonts"
#: file: (lowest weight, default, highest; the weight whose kerning serves for all, or None to keep it variable)
FONTS = {
    "atkinson-hyperlegible-next-fr.woff2": ((400, 400, 700), None),
    "bricolage-grotesque-fr.woff2": ((500, 500, 700), 650),
}
#: A pair drawn nearer or farther by less (in thousandths of the type size) is not seen: 0.2 px at 60 px.
LEAST_KERNING = 4
NARROW_SPACES = (0x202F, 0x2009)  # before ; ! ? in French; thin
NON_BREAKING_HYPHEN = 0x2011


def opened(font: TTFont) -> TTFont:
    """The font written and read again: its tables are then in step with one another."""
    font.flavor = None
    stream = io.BytesIO()
    font.save(stream)
    return TTFont(io.BytesIO(stream.getvalue()))


def one_kerning(font: TTFont, master: Path, weight: int) -> None:
    """Replace the variable kerning by that of one weight, without what is not seen."""
    still = opened(instantiateVariableFont(TTFont(master), {"wght": weight}))
    assert still.getGlyphOrder() == font.getGlyphOrder()
    font["GPOS"] = still["GPOS"]
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in (getattr(subtable, "ExtSubTable", subtable) for subtable in lookup.SubTable):
            if table.LookupType != 2:
                continue
            if table.Format == 1:
                for pairs in table.PairSet:
                    pairs.PairValueRecord = [r for r in pairs.PairValueRecord if is_seen(r.Value1)]
                    pairs.PairValueCount = len(pairs.PairValueRecord)
            else:
                for record in (r for first in table.Class1Record for r in first.Class2Record):
                    if record.Value1 and not is_seen(record.Value1):
                        record.Value1.XAdvance = 0
    definitions = font["GDEF"].table
    if getattr(definitions, "VarStore", None):
        definitions.VarStore, definitions.Version = None, 0x00010002


def is_seen(value) -> bool:
    return value is not None and abs(getattr(value, "XAdvance", 0)) >= LEAST_KERNING


def add_narrow_spaces(font: TTFont) -> None:
    """Give the font the spaces that French sets before its high punctuation, six tenths of a space wide."""
    font.ensureDecompiled()  # with the glyphs as they are
    advance = round(font["hmtx"]["space"][0] * 0.6)
    font.setGlyphOrder([*font.getGlyphOrder(), "uni202F"])
    font["glyf"]["uni202F"] = TTGlyphPen(None).glyph()
    font["hmtx"]["uni202F"] = (advance, 0)
    font["gvar"].variations["uni202F"] = []
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap |= dict.fromkeys(NARROW_SPACES, "uni202F")
            table.cmap[NON_BREAKING_HYPHEN] = table.cmap[ord("-")]
    # The advances were listed glyph by glyph.
    del font["HVAR"]
    font["maxp"].numGlyphs = len(font.getGlyphOrder())
    add_HVAR(font)


def make(name: str) -> int:
    """Write the served font ``name``; return its size in bytes."""
    weights, kerning = FONTS[name]
    font = opened(instantiateVariableFont(TTFont(MASTERS / name), {"wght": weights}))
    if kerning:
        one_kerning(font, MASTERS / name, kerning)
    add_narrow_spaces(font)
    font = opened(font)
    options = Options(
        layout_features=["kern", "lnum", "tnum"], name_IDs=["*"], notdef_outline=True, hinting=False
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap())
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(SERVED / name)
    return (SERVED / name).stat().st_size


if __name__ == "__main__":
    for name in FONTS:
        sys.stdout.write(f"{name}: {make(name)} bytes\n")
