"""Tag names, by Danbooru's rules (pure).

Slashes, question marks, backslashes and names of digits alone are legal; commas and spaces are not,
which is what makes comma-joined and space-joined lists safe.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from labelhub.errors import LabelhubError

LONGEST = 170
AUTOMATIC = frozenset(
    ("lowres", "highres", "absurdres", "incredibly_absurdres")
    + ("wide_image", "tall_image", "long_image", "huge_filesize")
)


class BadTagName(LabelhubError):
    code = "bad_tag_name"


def canonical(name: str) -> str:
    """The form a name is stored in: lower case, underscores for spaces.

    Raises:
        BadTagName: with a sentence that says which rule the name breaks.
    """
    made = "_".join(name.lower().split())
    if not made:
        raise BadTagName(_("A tag needs a name."))
    if len(made) > LONGEST:
        raise BadTagName(_("A tag name has at most %d characters.") % LONGEST)
    if not made.isascii() or not made.isprintable():
        raise BadTagName(
            _("“%s” has letters outside plain ASCII; use the English tag name.") % name
        )
    if "," in made or "*" in made:
        raise BadTagName(_("“%s” has a comma or a star, which no tag name may have.") % name)
    return made
