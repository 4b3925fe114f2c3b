"""The decoder: facts about good files, a sentence for bad ones, and it lives on after each."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image

from tests.pictures import HTML, SVG, animation, encoded, picture, png, png_claiming, png_of_size
from worker.decoder.parent import CHECKOUT, Decoder, DecoderDied
from worker.joytag.pixels import ImageError, load_image
from worker.joytag.preprocess import prepare_pixels

Write = Callable[[bytes], Path]


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder() as running:
        yield running


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(data: bytes) -> Path:
        path = tmp_path / "incoming"
        path.write_bytes(data)
        return path

    return written


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    """A file whose opening never returns, like a decoder that never ends."""
    path = tmp_path / "hanging"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("JPEG", "a.jpg"),
        ("JPEG", "a.JPEG"),
        ("PNG", "a.png"),
        ("WEBP", "a.webp"),
        ("GIF", "a.gif"),
        ("BMP", "a.bmp"),
        ("TIFF", "a.tif"),
        ("AVIF", "a.avif"),
    ],
)
def test_every_accepted_format_is_described(
    decoder: Decoder, write: Write, kind: str, name: str
) -> None:
    path = write(encoded(picture(3, (800, 400)), kind))

    found = decoder.decode(path, name)

    assert (found.format, found.width, found.height, found.notes) == (kind, 800, 400, ())
    assert found.phash == str(imagehash.phash(load_image(path)))
    with Image.open(io.BytesIO(found.thumbnail)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (512, 256))


def test_a_camera_turned_picture_is_described_upright(decoder: Decoder, write: Write) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = picture(3, (80, 40))
    path = write(encoded(turned, "JPEG", exif=exif, quality=95))

    found = decoder.decode(path, "a.jpg")

    assert (found.width, found.height, found.orientation) == (40, 80, 6)
    upright = turned.transpose(Image.Transpose.ROTATE_270)
    assert imagehash.hex_to_hash(found.phash) - imagehash.phash(upright) <= 4


def test_transparency_is_reported_and_laid_on_white(decoder: Decoder, write: Write) -> None:
    clear = Image.new("RGBA", (64, 64), (255, 0, 0, 0))

    found = decoder.decode(write(encoded(clear)), "a.png")

    assert (found.mode, found.has_transparency) == ("RGBA", True)
    with Image.open(io.BytesIO(found.thumbnail)) as thumbnail:
        assert thumbnail.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "I;16", "LA", "RGBA"])
def test_every_kind_of_pixel_is_accepted(decoder: Decoder, write: Write, mode: str) -> None:
    image = Image.new(mode, (64, 48), 40_000) if mode == "I;16" else picture(2, (64, 48), mode)

    found = decoder.decode(write(encoded(image, "TIFF")), "a.tiff")

    assert (found.width, found.height, found.mode) == (64, 48, mode)


def test_a_wrong_extension_is_accepted_and_noted(decoder: Decoder, write: Write) -> None:
    path = write(png())

    assert decoder.decode(path, "cat.jpg").notes == (
        "The file is a PNG image although its name ends in .jpg.",
    )
    assert decoder.decode(path, "cat").notes == ()


JPEG = encoded(picture(4, (300, 300)), "JPEG")
WEBP = encoded(picture(4, (300, 300)), "WEBP")
PNG = encoded(picture(4, (300, 300)), "PNG")


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.jpg", "empty"),
        (JPEG[: len(JPEG) // 2], "a.jpg", "cut short or damaged"),
        (PNG[: len(PNG) // 2], "a.png", "cut short or damaged"),
        (WEBP[: len(WEBP) // 2], "a.webp", "cut short or damaged"),
        (PNG.replace(b"IDAT", b"IDAT" + b"\0" * 8, 1), "a.png", "cut short or damaged"),
        (JPEG[:4], "a.jpg", "cut short or damaged"),
        (SVG, "a.svg", "SVG"),
        (SVG, "a.png", "SVG"),
        (HTML, "a.jpg", "web page"),
        (b"GIF89a" + HTML, "a.gif", "cut short or damaged"),
        (b"just some words", "a.jpg", "not an image"),
        (animation("GIF"), "a.gif", "animated"),
        (animation("WEBP"), "a.webp", "animated"),
        (animation("PNG"), "a.png", "animated"),
        (animation("AVIF"), "a.avif", "animated"),
        (png_claiming(100_000, 100_000), "a.png", "megapixels"),
    ],
    # Not the bytes: some formats write the time into theirs.
    ids=lambda value: "data" if isinstance(value, bytes) else value,
)
def test_a_bad_file_costs_a_sentence_and_nothing_else(
    decoder: Decoder, write: Write, data: bytes, name: str, sentence: str
) -> None:
    decoder.decode(write(png()), "before.png")
    child = decoder.pid

    with pytest.raises(ImageError, match=sentence):
        decoder.decode(write(data), name)

    assert decoder.decode(write(png()), "after.png").width == 96
    assert decoder.pid == child


def test_a_bomb_within_the_pixel_limit_meets_the_memory_limit(write: Write) -> None:
    with Decoder(memory=400 << 20) as small:
        with pytest.raises(ImageError, match="memory"):
            small.decode(write(png_of_size(12_000, 12_000)), "bomb.png")

        assert small.decode(write(png()), "after.png").width == 96


def test_a_file_that_takes_for_ever_is_given_up(hanging: Path, write: Write) -> None:
    with Decoder(seconds=0.3) as decoder, pytest.raises(ImageError, match="took longer"):
        decoder.decode(hanging, "a.jpg")
    with Decoder() as decoder:
        assert decoder.decode(write(png()), "after.png").width == 96


def test_a_killed_child_is_not_blamed_on_the_file(hanging: Path, write: Write) -> None:
    with Decoder() as decoder:
        decoder.decode(write(png()), "before.png")
        assert decoder.pid is not None
        threading.Timer(0.2, os.kill, (decoder.pid, signal.SIGKILL)).start()

        with pytest.raises(DecoderDied):
            decoder.decode(hanging, "a.jpg")

        assert decoder.decode(write(png()), "after.png").width == 96


def test_a_child_killed_between_files_is_replaced(write: Write) -> None:
    with Decoder() as decoder:
        decoder.decode(write(png()), "before.png")
        assert decoder.pid is not None
        os.kill(decoder.pid, signal.SIGKILL)
        os.waitid(os.P_PID, decoder.pid, os.WEXITED | os.WNOWAIT)

        assert decoder.decode(write(png()), "after.png").width == 96


def test_an_interrupted_answer_is_never_taken_for_the_next_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(Exception):
        pass

    class Poll:
        """As a handler of a signal that comes while we wait: a time limit of Celery's, say."""

        def register(self, *_: object) -> None:
            pass

        def poll(self, _milliseconds: float) -> None:
            raise Interrupted

    with Decoder() as decoder:
        decoder.decode(write(png(1)), "before.png")
        with monkeypatch.context() as waiting, pytest.raises(Interrupted):
            waiting.setattr("worker.decoder.parent.select.poll", Poll)
            decoder.decode(write(png(2)), "a.png")
        expected = str(imagehash.phash(picture(3)))

        assert decoder.decode(write(png(3)), "after.png").phash == expected


def test_the_child_ends_with_its_parent(tmp_path: Path, write: Write) -> None:
    path = write(png())
    script = (
        "import os, sys; from pathlib import Path; from worker.decoder.parent import Decoder\n"
        "decoder = Decoder(); decoder.decode(Path(sys.argv[1]), 'a.png')\n"
        "print(decoder.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    parent = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        cwd=CHECKOUT,
        check=False,
        text=True,
    )

    assert parent.returncode == -signal.SIGKILL
    assert _ends(int(parent.stdout))


def test_the_child_gets_no_secrets_and_writes_no_files(decoder: Decoder, write: Write) -> None:
    decoder.decode(write(png()), "a.png")
    process = Path(f"/proc/{decoder.pid}")

    names = {line.partition(b"=")[0] for line in (process / "environ").read_bytes().split(b"\0")}
    limits = (process / "limits").read_text().splitlines()

    assert names <= {b"", b"PATH", b"LANG", b"OPENBLAS_NUM_THREADS", b"LC_CTYPE"}
    assert [line.split()[3] for line in limits if line.startswith("Max file size")] == ["0"]


def test_the_module_is_free_of_django_and_torch() -> None:
    script = (
        "import sys, worker.decoder.__main__, worker.decoder.parent\n"
        "assert not {'django', 'torch', 'labelhub'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, check=True)


def _ends(pid: int) -> bool:
    for _attempt in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":  # ended, and nobody has waited for it here
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("size", [(640, 480), (448, 448), (100, 30), (30, 500), (14_000, 3)])
def test_a_picture_is_prepared_as_taggers_are_trained_within_a_step(
    decoder: Decoder, write: Write, size: tuple[int, int]
) -> None:
    path = write(encoded(picture(5, size)))

    found = decoder.prepare(path, 64)

    assert (found.width, found.height) == size
    pixels = np.frombuffer(found.pixels, dtype=np.uint8).reshape(64, 64, 3)
    expected = prepare_pixels(path, 64).permute(1, 2, 0).numpy()
    assert np.abs(pixels.astype(int) - expected.astype(int)).max() <= 1


def test_what_cannot_be_prepared_is_told_and_the_next_file_is_fine(
    decoder: Decoder, write: Write
) -> None:
    for data in (HTML, png()[:-200], png_claiming(50_000, 50_000)):
        with pytest.raises(ImageError):
            decoder.prepare(write(data), 64)
    assert len(decoder.prepare(write(png()), 32).pixels) == 32 * 32 * 3
    assert decoder.decode(write(png()), "a.png").width == 96
