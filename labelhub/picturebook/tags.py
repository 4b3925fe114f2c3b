"""The picture book's vocabulary: Danbooru names, what they imply, which are rare, which a matter of
taste.
"""

from __future__ import annotations

HAIR_COLOURS = ("black", "brown", "blonde", "red", "blue", "pink", "green", "white")
EYE_COLOURS = ("blue", "red", "green", "brown")

# About 1 % of the pages each.
RARE = (
    "butterfly",
    "crown",
    "eyepatch",
    "fox",
    "halo",
    "lightning",
    "rainbow",
    "snowman",
    "top_hat",
    "very_dark_skin",
    "wings",
)
# What people see differently: each of the three has a line of their own.
SUBJECTIVE = ("chibi", "colorful", "light_smile", "messy_hair", "thick_eyebrows")

IMPLIED: dict[str, tuple[str, ...]] = {
    "2boys": ("multiple_boys",),
    "2girls": ("multiple_girls",),
    "bird": ("animal",),
    "black_dress": ("dress",),
    "blue_background": ("simple_background",),
    "butterfly": ("animal",),
    "cat": ("animal",),
    "crescent_moon": ("moon",),
    "dog": ("animal",),
    "fish": ("animal",),
    "fox": ("animal",),
    "full_moon": ("moon",),
    "grey_background": ("simple_background",),
    "holding_book": ("book", "holding"),
    "holding_umbrella": ("holding", "umbrella"),
    "rabbit": ("animal",),
    "red_shirt": ("shirt",),
    "top_hat": ("hat",),
    "very_dark_skin": ("dark_skin",),
    "white_background": ("simple_background",),
    "white_dress": ("dress",),
    "white_shirt": ("shirt",),
    "witch_hat": ("hat",),
}

# What cannot be seen in a picture without colours.
COLOURED = (
    *(f"{colour}_hair" for colour in HAIR_COLOURS if colour not in ("black", "white")),
    *(f"{colour}_eyes" for colour in EYE_COLOURS),
    "blue_background",
    "blush",
    "colorful",
    "red_shirt",
)

TAGS = tuple(
    sorted(
        {
            *(f"{colour}_hair" for colour in HAIR_COLOURS),
            *(f"{colour}_eyes" for colour in EYE_COLOURS),
            *RARE,
            *SUBJECTIVE,
            *IMPLIED,
            *(ancestor for ancestors in IMPLIED.values() for ancestor in ancestors),
            *("1boy", "1girl", "no_humans", "solo"),
            *("long_hair", "short_hair", "ponytail", "twintails", "hair_bow"),
            *("smile", "open_mouth", "closed_eyes", "blush", "glasses", "beard"),
            *("dark_skin", "pale_skin"),
            *("shirt", "dress", "skirt", "pants", "striped_clothes", "polka_dot", "apron"),
            *("scarf", "necktie", "cape", "boots", "hat"),
            *("arms_up", "sitting", "from_behind", "from_above"),
            *("close-up", "upper_body", "full_body"),
            *("balloon", "flower", "holding", "sword"),
            *("outdoors", "indoors", "beach", "forest", "city", "mountain", "night"),
            *("tree", "building", "window", "bookshelf", "ocean"),
            *("sun", "moon", "star_(sky)", "cloud", "rain", "snow"),
            *("gradient_background", "monochrome", "border"),
            *("speech_bubble", "english_text", "watermark", "signature"),
        }
    )
)


def with_implied(tags: set[str]) -> set[str]:
    """The tags and all their ancestors."""
    return tags | {ancestor for tag in tags for ancestor in IMPLIED.get(tag, ())}
