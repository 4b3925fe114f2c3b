"""Read an image file into plain RGB pixels, or say in a sentence why not. Pillow only.

What counts as readable is decided here once, for the tagger and for uploads alike. Where Pillow's
own conversion would show something else than a person sees, this module departs from it:

- the camera's orientation (EXIF) is applied;
- transparency of every kind is laid on white, as the tagger's padding is white;
- 16-bit and floating-point greys are scaled to 8 bits instead of clipped;
- ink colours (CMYK) and LAB go through the profile the file carries, where it carries one. RGB
  profiles stay unapplied, as in the tagger's training.

The formats are opened by name, not by `Image.open`: no rarely used parser sees a stranger's bytes,
and the size is checked against our limit before a pixel is decoded, without touching Pillow's
process-wide settings.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

# Just under what Pillow itself refuses whatever its settings say (2 x 89,478,485).
MAX_PIXELS = 178_000_000

# A JPEG is opened as one even where it holds further pictures (MPO, as many cameras write): the
# first one is the image.
PLUGINS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
}

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ImageError(Exception):
    """Why one file cannot be read as an image: a sentence for the person who brought it."""


def load_image(source: Path | BinaryIO) -> Image.Image:
    """The picture as RGB, upright, on white; raises ImageError whatever the bytes are.

    Its `info` holds the file's RGB colour profile ("icc_profile") where there is one, nothing else.
    """
    with opened(source) as file, explained():
        return to_rgb(header_of(file))


def header_of(file: BinaryIO) -> ImageFile.ImageFile:
    """What a file announces, checked, its pixels not read yet; call within `explained`."""
    file.seek(0)
    head = file.read(4096)
    if not head:
        raise ImageError("The file is empty; bring the original again.")
    name = image_format(head)
    if name is None:
        raise ImageError(_what_else(head))
    file.seek(0)
    image = PLUGINS[name](file)
    _refuse_too_large(image.size)
    if name != "TIFF" and getattr(image, "is_animated", False):
        raise ImageError("The image is animated; save the frame that is meant as a still image.")
    return image


def orientation_of(image: Image.Image) -> int:
    """The camera's orientation (EXIF), 1 where it says nothing that could be meant."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # damaged camera data says nothing about the pixels, which are fine
        return 1
    return orientation if isinstance(orientation, int) else 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    if turn is None:
        return image
    turned = image.transpose(turn)
    turned.info = image.info
    return turned


def image_format(head: bytes) -> str | None:
    """The format that the first bytes of a file announce (a key of PLUGINS), or None."""
    signatures = {
        b"\xff\xd8\xff": "JPEG",
        b"\x89PNG\r\n\x1a\n": "PNG",
        b"GIF87a": "GIF",
        b"GIF89a": "GIF",
        b"BM": "BMP",
        b"II*\0": "TIFF",
        b"MM\0*": "TIFF",
        b"II+\0": "TIFF",
        b"MM\0+": "TIFF",
    }
    for signature, name in signatures.items():
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and any(brand in head[8:64] for brand in (b"avif", b"avis")):
        return "AVIF"
    return None


def _what_else(head: bytes) -> str:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in text:
        return "This is an SVG drawing, not pixels; export it as PNG."
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "This is a web page, not an image; save the picture itself."
    if head[4:8] == b"ftyp" and any(b in head[8:64] for b in (b"heic", b"heix", b"mif1", b"hevc")):
        return "This is a HEIC image, which cannot be read here; save it as JPEG."
    return (
        "This is not an image that can be read here; "
        "bring a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF file."
    )


@contextlib.contextmanager
def opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(source, Path):
        yield source if source.seekable() else io.BytesIO(source.read())
        return
    try:
        file = source.open("rb")
    except FileNotFoundError as error:
        raise ImageError("There is no such file (any more); check where it lies.") from error
    except OSError as error:
        why = f"The file cannot be opened ({error.strerror}); check its permissions."
        raise ImageError(why) from error
    with file:
        yield file


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turns whatever a decoder raises at strange bytes into the sentence for that file."""
    try:
        yield
    except ImageError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageError(_too_large()) from error
    except MemoryError as error:
        why = "There is not enough memory to decode the image; save it at a smaller size."
        raise ImageError(why) from error
    except Exception as error:  # decoders raise anything, SyntaxError and struct.error among it
        if isinstance(error, OSError) and error.errno is not None:
            raise ImageError(f"The file cannot be read ({error.strerror}); try again.") from error
        why = "The image is cut short or damaged; export or download it again."
        raise ImageError(why) from error


def _refuse_too_large(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise ImageError(_too_large(size))


def _too_large(size: tuple[int, int] | None = None) -> str:
    what = f"The image is {size[0]} x {size[1]} pixels" if size else "The image is too large"
    limit = MAX_PIXELS // 1_000_000
    return f"{what}; at most {limit} megapixels are accepted: save it at a smaller size."


def to_rgb(header: Image.Image) -> Image.Image:
    """The pixels behind a header, as `load_image` gives them."""
    header.load()
    image = upright(header, orientation_of(header))
    profile = image.info.get("icc_profile")
    if image.mode in ("CMYK", "LAB"):
        rgb, profile = _through_profile(image, profile), None
    elif image.mode.startswith("I"):
        rgb, profile = _from_integers(image), None
    elif image.mode == "F":
        rgb, profile = _from_floats(image), None
    elif image.has_transparency_data:
        rgb = _on_white(image)
    else:
        rgb = image.convert("RGB")
    rgb.info = {"icc_profile": profile} if profile and image.mode.startswith("RGB") else {}
    return rgb


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "La":
        image = image.convert("LA")
    key = image.info.get("transparency")
    if image.mode == "RGB" and isinstance(key, tuple) and max(key) > 255:
        # A 16-bit key; the pixels are 8-bit by now.
        image.info["transparency"] = tuple(part >> 8 for part in key)
    layer = image.convert("RGBA")
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(layer, mask=layer.getchannel("A"))
    return canvas


def _from_integers(image: Image.Image) -> Image.Image:
    """16-bit greys (and 32-bit ones that fit) by full range; wider ones darkest to brightest."""
    key = image.info.get("transparency")
    wide = image.convert("I")
    low, high = _range(wide)
    if low < 0 or high > 65535:
        return _stretched(image.convert("F"), low, high)
    grey = wide.point([(value + 128) // 257 for value in range(65536)], "L")
    rgb = grey.convert("RGB")
    if isinstance(key, int):
        clear = wide.point([255 if value == key else 0 for value in range(65536)], "L")
        rgb.paste("white", mask=clear)
    return rgb


def _from_floats(image: Image.Image) -> Image.Image:
    """Floats hold 0..1 or 0..255 by custom; anything else is shown from darkest to brightest."""
    low, high = _range(image)
    if not math.isfinite(low + high):
        raise ImageError("The image holds values that are no numbers; export it as 8-bit PNG.")
    if low >= 0 and high <= 255:
        return _stretched(image, 0.0, 1.0 if high <= 1 else 255.0)
    return _stretched(image, low, high)


def _range(image: Image.Image) -> tuple[float, float]:
    low, high = image.getextrema()
    assert isinstance(low, (int, float)) and isinstance(high, (int, float))  # there is one band
    return low, high


def _stretched(image: Image.Image, low: float, high: float) -> Image.Image:
    scale = 255.0 / ((high - low) or 1.0)
    return (
        image.point(lambda value: value * scale + (0.5 - low * scale)).convert("L").convert("RGB")
    )


def _through_profile(image: Image.Image, profile: object) -> Image.Image:
    # An unusable profile leaves the plain conversion, which is what most viewers show then.
    with contextlib.suppress(ImageCms.PyCMSError, OSError):
        target = ImageCms.createProfile("sRGB")
        if image.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif isinstance(profile, bytes) and profile:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        else:
            return image.convert("RGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        if converted is not None:
            return converted
    return image.convert("RGB")
