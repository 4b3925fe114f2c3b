"""Which image of the library a row is about: by hash, else by file name, never by a guess."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import CharField, F, Func, Value
from django.utils.translation import gettext as _

from labelhub.images.models import Image
from labelhub.labels.imports.rows import ImageKey

# What a name may end in that is no part of what the picture is called.
ENDINGS = frozenset({"jpg", "jpeg", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "avif"})
_ENDING = r"\.[^.]*$"
# As the index `image_stem` spells it.
STEM = Func(
    F("name"), Value(_ENDING), Value(""), function="regexp_replace", output_field=CharField()
)


def images_meant(keys: Sequence[ImageKey]) -> list[int | str]:
    """For each key the id of its image, or the sentence that says why there is none."""
    by_hash = dict(
        Image.objects.filter(sha256__in={key.sha256 for key in keys if key.sha256}).values_list(
            "sha256", "pk"
        )
    )
    named = _by_name({name for key in keys for name in key.names})
    return [
        by_hash.get(key.sha256, _("No image in the library has this SHA-256."))
        if key.sha256
        else _named(key, named)
        for key in keys
    ]


def _named(key: ImageKey, found: dict[str, list[int]]) -> int | str:
    for name in key.names:
        ids = found.get(name, [])
        if len(ids) == 1:
            return ids[0]
        if ids:
            return _("%(count)d images are called “%(name)s”; name this one by its SHA-256.") % {
                "count": len(ids),
                "name": name,
            }
    return _("No image in the library is called “%s”.") % "” or “".join(key.names)


def _by_name(names: Iterable[str]) -> dict[str, list[int]]:
    """The images each name may mean: those called exactly so; else those called so but for the
    ending, which may differ where the name has the ending of a picture.
    """
    wanted = set(names)
    stems = wanted | {_stem(name) for name in wanted}
    exact: dict[str, list[int]] = defaultdict(list)
    alike: dict[str, list[int]] = defaultdict(list)
    images = Image.objects.annotate(stem=STEM).filter(stem__in=stems)
    for image_id, name, stem in images.values_list("pk", "name", "stem"):
        exact[name].append(image_id)
        alike[stem].append(image_id)
    return {
        name: exact.get(name) or alike.get(name) or _other_ending(name, alike) for name in wanted
    }


def _other_ending(name: str, alike: dict[str, list[int]]) -> list[int]:
    ending = name.rpartition(".")[2].lower()
    return alike.get(_stem(name), []) if ending in ENDINGS else []


def _stem(name: str) -> str:
    return re.sub(_ENDING, "", name)
