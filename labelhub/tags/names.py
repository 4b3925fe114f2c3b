"""Tag names, by Danbooru's rules (pure).

Slashes, question marks, backslashes and names of digits alone are legal; commas and spaces are not,
which is what makes comma-joined and space-joined lists safe.
"""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from labelhub.errors import LabelhubError

LONGEST = 170
# What an image's size alone says. Nobody sets them by hand.
AUTOMATIC = frozenset(
    {"highres", "absurdres", "incredibly_absurdres", "lowres", "wide_image", "tall_image"}
)
# What a search reads as a question about images when a colon follows.
METATAGS = frozenset(
    {
        "accepted",
        "ai",
        "answered",
        "answered-by",
        "bytes",
        "complete",
        "conflict",
        "date",
        "domain",
        "dup",
        "format",
        "group",
        "height",
        "id",
        "implied",
        "imported",
        "licence",
        "mpixels",
        "name",
        "no",
        "order",
        "rating",
        "ratio",
        "sha256",
        "source",
        "tags",
        "unknown",
        "upload",
        "uploaded-by",
        "width",
        "yes",
    }
)
# Words of its grammar, and of addresses.
RESERVED = frozenset({"new", "search", "and", "or", "not"})
# Faces whose parentheses have no other half, and a name older than the rules.
UNBALANCED = frozenset({":)", ":(", ";)", ";(", ">:)", ">:("})
OLDER = frozenset({"(9)"})
_START = frozenset("-~_`%(){}[]/")
_WORD = re.compile("[a-z0-9]+")


class BadTagName(LabelhubError):
    code = "bad_tag_name"


def canonical(name: str) -> str:
    """The form a tag's name is stored in: lower case, underscores for spaces.

    Raises:
        BadTagName: with a sentence that says which rule the name breaks.
    """
    made = alias_form(name)
    if not made.isascii():
        raise BadTagName(
            _("“%s” has letters outside plain ASCII; use the English tag name.") % printable(name)
        )
    return made


def alias_form(name: str) -> str:
    """The form an alias is stored in, and any name is looked up by: as `canonical`, but in any
    script.

    Raises:
        BadTagName: with a sentence that says which rule the name breaks.
    """
    made = "_".join(unicodedata.normalize("NFC", name.lower()).split())
    if not made:
        raise BadTagName(_("A tag needs a name."))
    if len(made) > LONGEST:
        raise BadTagName(_("A tag name has at most %d characters.") % LONGEST)
    if not made.isprintable():
        raise BadTagName(_("“%s” has a character that cannot be seen.") % printable(name))
    if "," in made or "*" in made:
        raise BadTagName(
            _("“%s” has a comma or a star, which no tag name may have.") % printable(name)
        )
    return made


def refuse_new(name: str) -> str:
    """The canonical form of a name that a person makes up, by the rules for new ones: stricter
    than what may be stored, because much that was published is older than they are.

    Raises:
        BadTagName: with a sentence that says which rule the name breaks.
    """
    made = canonical(name)
    if made in OLDER:
        return made
    prefix, colon, _rest = made.partition(":")
    if made[0] in _START:
        message = _("A tag name may not begin with “%s”.") % made[0]
    elif made.endswith("_") or "__" in made:
        message = _("“%s” has an underscore at the end, or two in a row.") % made
    elif made not in UNBALANCED and not _balanced(made):
        message = _("“%s” has a parenthesis without its other half.") % made
    elif colon and prefix in METATAGS:
        message = _("A search would take “%s:” for a question about images, not for a tag.")
        message %= prefix
    elif made in RESERVED:
        message = _("“%s” is a word of searches and addresses; choose another name.") % made
    else:
        return made
    raise BadTagName(message)


def words(name: str) -> list[str]:
    """The words of a name: what stands between anything but letters and digits."""
    return _WORD.findall(name.lower())


def initials(name: str) -> str:
    """The first letters of a name's words, by which “/lav” finds looking_at_viewer."""
    return "".join(word[0] for word in words(name))


def automatic_names(width: int, height: int) -> frozenset[str]:
    """The automatic tags of an image of this size, as Danbooru sets them."""
    found = {
        "highres": width >= 1600 or height >= 1200,
        "absurdres": width >= 3200 or height >= 2400,
        "incredibly_absurdres": width >= 10_000 or height >= 10_000,
        "lowres": width <= 500 and height <= 500,
        "wide_image": width >= 1024 and width >= 4 * height,
        "tall_image": height >= 1024 and height >= 4 * width,
    }
    return frozenset(name for name, is_so in found.items() if is_so)


def printable(text: str) -> str:
    """The text with whatever cannot be seen replaced, to be quoted in a sentence."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _balanced(name: str) -> bool:
    depth = 0
    for character in name:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0
