"""Every form of file of labels is read alike, and says what is wrong with it in sentences."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from labelhub.datasets.snapshot import Row as DatasetRow
from labelhub.datasets.snapshot import write
from labelhub.labels.imports import text
from labelhub.labels.imports.readers import read
from labelhub.labels.imports.rows import FileRefused, ImageKey, Problem, Row
from labelhub.labels.models import LabelForm

HOSTILE = [
    "fate/grand_order",
    "ranma_1/2",
    "what?",
    "2010",
    "69",
    "\\m/",
    ":/",
    ";)",
    "'\"'",
    'don\'t_say_"lazy"',
    "=_=",
    "@_@",
    "+_+",
    "#unicus",
    "&",
    "<|>_<|>",
    "^^^",
    "{}",
    "null",
    "true",
    "re:zero_kara_hajimeru_isekai_seikatsu",
]
ONE, TWO = "1" * 64, "2" * 64


def rows(form: LabelForm, path: Path) -> list[Row]:
    found = list(read(form, path))
    assert all(isinstance(each, Row) for each in found), found
    return [each for each in found if isinstance(each, Row)]


def problems(form: LabelForm, path: Path) -> list[tuple[int, str]]:
    return [(each.row, each.message) for each in read(form, path) if isinstance(each, Problem)]


def file(tmp_path: Path, data: str | bytes) -> Path:
    path = tmp_path / "labels"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def archive(tmp_path: Path, members: dict[str, str | bytes]) -> Path:
    path = tmp_path / "labels.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def parquet(tmp_path: Path, columns: dict[str, object], names: list[str] | None = None) -> Path:
    table = pa.table(columns)
    if names is not None:
        feature = {"names": names, "_type": "ClassLabel"}
        about = {"info": {"features": {"tags": {"feature": feature, "_type": "List"}}}}
        table = table.replace_schema_metadata({"huggingface": json.dumps(about)})
    pq.write_table(table, tmp_path / "table.parquet")
    return tmp_path / "table.parquet"


def refused(form: LabelForm, path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        list(read(form, path))
    return str(caught.value)


class TestCsv:
    def test_commas_leave_spaces_to_the_names(self, tmp_path: Path) -> None:
        path = file(
            tmp_path, 'file,tags,not\nsub/a.png,"long hair, 1girl",\nb.png,long hair,"a, b"\n'
        )
        assert rows(LabelForm.CSV, path) == [
            Row(2, ImageKey(names=("a.png",)), ["long_hair", "1girl"], []),
            Row(3, ImageKey(names=("b.png",)), ["long_hair"], ["a", "b"]),
        ]

    def test_spaces_where_no_cell_has_a_comma(self, tmp_path: Path) -> None:
        path = file(tmp_path, f"hash;tags\r\n{ONE.upper()};long_hair  1girl solo solo\r\n\r\n")
        assert rows(LabelForm.CSV, path) == [
            Row(2, ImageKey(sha256=ONE), ["long_hair", "1girl", "solo"], [])
        ]

    def test_a_hash_counts_before_a_name(self, tmp_path: Path) -> None:
        path = file(tmp_path, f"name,sha256,tags\na.png,{ONE},x\nb.png,,y\n")
        keys = [row.key for row in rows(LabelForm.CSV, path)]
        assert keys == [ImageKey(sha256=ONE), ImageKey(names=("b.png",))]

    def test_bad_lines_are_listed_and_the_rest_goes_on(self, tmp_path: Path) -> None:
        bad = [
            b"a.png,solo,smile",
            b'b.png,"solo',
            b"c.png",
            b",solo",
            b"d.png,\xff",
            b"e.png," + b"x" * text.LINE_BYTES,
            b'f.png,"' + b", ".join(b"t%d" % number for number in range(2001)) + b'"',
        ]
        path = file(tmp_path, b"file,tags\n" + b"\n".join(bad) + b"\nz.png,solo")
        found = list(read(LabelForm.CSV, path))
        assert found[-1] == Row(9, ImageKey(names=("z.png",)), ["solo"], [])
        assert [(row, message.split(";")[0]) for row, message in problems(LabelForm.CSV, path)] == [
            (2, "It has 3 cells and the header 2"),
            (3, "Its quotation marks do not pair up"),
            (4, "It ends before the column of the tags."),
            (5, "It does not say which image it is about: give a file name or a SHA-256."),
            (6, "The line is not UTF-8 text"),
            (7, "The line is longer than 1 MB"),
            (8, "It lists more than 2000 tags for one image."),
        ]

    def test_what_is_no_hash(self, tmp_path: Path) -> None:
        path = file(tmp_path, "sha256,tags\nabc,solo\n")
        assert problems(LabelForm.CSV, path) == [
            (2, "“abc” is not a SHA-256, which has 64 hexadecimal digits.")
        ]

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"", "The file is empty."),
            (b"picture,words\na,b\n", "The first line must name the columns"),
            ("file,tags\na,b\n".encode("utf-16"), "The file is not UTF-8 text"),
            (b"PK\x03\x04\0\0\0\0", "The file is not UTF-8 text"),
        ],
    )
    def test_refused(self, tmp_path: Path, data: bytes, sentence: str) -> None:
        assert refused(LabelForm.CSV, file(tmp_path, data)).startswith(sentence)


class TestJsonLines:
    def test_every_key(self, tmp_path: Path) -> None:
        entries: list[dict[str, object]] = [
            {"sha256": ONE, "tags": ["solo", "long hair"], "not": ["smile"]},
            {"hash": TWO, "tags": "solo smile", "complete": True},
            {"file": "x/a.png", "not": ["apron"]},
            {"id": 12, "tags": []},
        ]
        path = file(tmp_path, "\n".join(json.dumps(each) for each in entries))
        assert rows(LabelForm.JSONL, path) == [
            Row(1, ImageKey(sha256=ONE), ["solo", "long hair"], ["smile"]),
            Row(2, ImageKey(sha256=TWO), ["solo", "smile"], [], complete=True),
            Row(3, ImageKey(names=("a.png",)), [], ["apron"]),
            Row(4, ImageKey(names=("12",)), [], []),
        ]

    def test_bad_lines_are_listed_and_the_rest_goes_on(self, tmp_path: Path) -> None:
        bad = [
            "{",
            "[]",
            "[" * 100_000,
            '{"tags": ["solo"]}',
            '{"file": ["a"], "tags": []}',
            '{"file": "a.png"}',
            '{"file": "a.png", "tags": [1]}',
            '{"file": "a.png", "tags": {"solo": 0.9}}',
            '{"file": "a.png", "tags": [], "complete": "yes"}',
            '{"id": ' + "9" * 5000 + ', "tags": []}',
        ]
        path = file(tmp_path, "\n".join([*bad, json.dumps({"file": "z", "tags": ["solo"]})]))
        found = list(read(LabelForm.JSONL, path))
        assert found[-1] == Row(11, ImageKey(names=("z",)), ["solo"], [])
        assert problems(LabelForm.JSONL, path) == [
            (1, "The line is not JSON."),
            (2, 'The line is not a JSON object: {"sha256": …, "tags": […]}.'),
            (3, "The line is not JSON."),
            (4, "It does not say which image it is about: give a file name or a SHA-256."),
            (5, "“file” must be text or a number."),
            (6, "It has neither “tags” nor “not”."),
            (7, "“tags” must be a list of tag names."),
            (8, "“tags” must be a list of tag names."),
            (9, "“complete” must be true or false."),
            (10, "The line is not JSON."),
        ]


class TestParquet:
    def test_judged_and_not_among_the_tags_is_a_no(self, tmp_path: Path) -> None:
        columns = {
            "post_id": [1, 2],
            "tags": pa.array([[0, 2], []], pa.list_(pa.int64())),
            "judged": pa.array([[0, 1, 2], [1]], pa.list_(pa.int64())),
            "hash": pa.array([bytes.fromhex(ONE), None], pa.binary(32)),
        }
        path = parquet(tmp_path, columns, ["solo", "smile", "what?"])
        assert rows(LabelForm.PARQUET, path) == [
            Row(1, ImageKey(sha256=ONE), ["solo", "what?"], ["smile"]),
            Row(2, ImageKey(names=("2",)), [], ["smile"]),
        ]

    def test_our_own_datasets(self, tmp_path: Path) -> None:
        written = [DatasetRow(7, ONE, [1], [0, 2], ONE), DatasetRow(8, TWO, [], [1], TWO)]
        write(tmp_path, written, ["solo", "\\m/", ":/"], seed=0, percent=0)
        assert rows(LabelForm.PARQUET, tmp_path / "train.parquet") == [
            Row(1, ImageKey(sha256=ONE), ["\\m/"], ["solo", ":/"]),
            Row(2, ImageKey(sha256=TWO), [], ["\\m/"]),
        ]

    def test_the_vocabulary_may_lie_beside_it_in_a_zip(self, tmp_path: Path) -> None:
        tags = pa.array([[1], [0]], pa.list_(pa.int16()))
        table = parquet(tmp_path, {"post_id": [5, 6], "tags": tags}).read_bytes()
        members: dict[str, str | bytes] = {
            "set/top_tags.txt": "solo\n:/",
            "set/train.parquet": table,
        }
        members["set/validation.parquet"] = table
        found = rows(LabelForm.PARQUET, archive(tmp_path, members))
        assert [(row.number, row.positive) for row in found] == [
            (1, [":/"]),
            (2, ["solo"]),
            (3, [":/"]),
            (4, ["solo"]),
        ]

    def test_a_member_that_is_refused_is_said_to_be(self, tmp_path: Path) -> None:
        table = parquet(tmp_path, {"hash": [ONE], "tags": [["solo"]]}).read_bytes()
        path = archive(tmp_path, {"../a.parquet": table, "b.parquet": table})
        assert problems(LabelForm.PARQUET, path) == [
            (1, "Its name in the archive leads outside of the archive.")
        ]
        assert list(read(LabelForm.PARQUET, path))[1:] == [
            Row(2, ImageKey(sha256=ONE), ["solo"], [])
        ]

    def test_tags_may_be_names(self, tmp_path: Path) -> None:
        path = parquet(tmp_path, {"hash": [ONE], "tags": [["solo"]]})
        assert rows(LabelForm.PARQUET, path) == [Row(1, ImageKey(sha256=ONE), ["solo"], [])]

    def test_a_number_beyond_the_vocabulary(self, tmp_path: Path) -> None:
        path = parquet(tmp_path, {"post_id": [1, 2], "tags": [[0, 9], [-1]]}, ["solo"])
        assert problems(LabelForm.PARQUET, path) == [
            (1, "It has tag number 9, and the vocabulary ends at 0."),
            (2, "It has tag number -1, and the vocabulary ends at 0."),
        ]

    def test_refused(self, tmp_path: Path) -> None:
        whole = parquet(tmp_path, {"post_id": [1], "tags": [[0]]}, ["solo"]).read_bytes()
        assert "not parquet" in refused(LabelForm.PARQUET, file(tmp_path, whole[:-9]))
        assert "not parquet" in refused(LabelForm.PARQUET, file(tmp_path, b"hello"))
        nameless = parquet(tmp_path, {"post_id": [1], "tags": [[0]]})
        assert "does not say which tags" in refused(LabelForm.PARQUET, nameless)
        other = parquet(tmp_path, {"a": [1], "tags": [[0]]}, ["solo"])
        assert "it has: a, tags" in refused(LabelForm.PARQUET, other)
        flat = parquet(tmp_path, {"post_id": [1], "tags": ["solo"]})
        assert "not a list" in refused(LabelForm.PARQUET, flat)
        assert "no .parquet" in refused(LabelForm.PARQUET, archive(tmp_path, {"a.txt": "x"}))

    def test_too_many_tags_for_so_few_rows(self, tmp_path: Path) -> None:
        path = parquet(tmp_path, {"post_id": [1], "tags": [[0] * 1_000_000]}, ["solo"])
        assert path.stat().st_size < 100_000
        assert "too many tags for so few rows" in refused(LabelForm.PARQUET, path)


class TestDanbooru:
    POST = {
        "id": 12,
        "md5": "abcd",
        "tag_string_general": "1girl solo",
        "tag_string_artist": "somebody",
        "file_url": "https://danbooru/original/ab/cd/__x__abcd.jpg?1",
    }

    @pytest.mark.parametrize("lines", [True, False])
    def test_an_array_or_lines(self, tmp_path: Path, lines: bool) -> None:
        posts = [self.POST, {"id": "13", "sha256": ONE, "tag_string": "a b", "tags": None}]
        data = "\n".join(map(json.dumps, posts)) if lines else json.dumps(posts, indent=1)
        assert rows(LabelForm.DANBOORU, file(tmp_path, data)) == [
            Row(
                1,
                ImageKey(names=("12", "abcd", "__x__abcd.jpg")),
                ["1girl", "solo", "somebody"],
                [],
            ),
            Row(2, ImageKey(sha256=ONE), ["a", "b"], []),
        ]

    def test_tags_as_objects(self, tmp_path: Path) -> None:
        post = {"id": 1, "tags": [{"id": "5", "name": "solo", "category": "0"}]}
        assert rows(LabelForm.DANBOORU, file(tmp_path, json.dumps([post])))[0].positive == ["solo"]

    def test_an_array_of_one_line_longer_than_a_piece(self, tmp_path: Path) -> None:
        posts = [{"id": number, "tag_string": f"t{number} " * 20} for number in range(20_000)]
        found = rows(LabelForm.DANBOORU, file(tmp_path, json.dumps(posts)))
        assert [row.positive for row in found] == [[f"t{number}"] for number in range(20_000)]

    def test_what_follows_a_broken_entry_is_lost_and_said_to_be(self, tmp_path: Path) -> None:
        path = file(tmp_path, json.dumps([self.POST, self.POST])[:-9])
        found = list(read(LabelForm.DANBOORU, path))
        assert isinstance(found[0], Row)
        assert problems(LabelForm.DANBOORU, path) == [
            (2, "From here on the file is not JSON, or cut short.")
        ]

    def test_bad_entries(self, tmp_path: Path) -> None:
        path = file(tmp_path, '[1, {"id": 1}, {"tag_string": "a"}, {"id": 1, "tags": [2]}, null]')
        assert problems(LabelForm.DANBOORU, path) == [
            (1, "This entry of the list is no post."),
            (2, "It has neither “tag_string” nor “tags”."),
            (3, "It does not say which image it is about: give a file name or a SHA-256."),
            (4, "“tags” must be a list of tag names."),
            (5, "This entry of the list is no post."),
        ]

    @pytest.mark.parametrize("data", ["", "solo, smile"])
    def test_refused(self, tmp_path: Path, data: str) -> None:
        assert refused(LabelForm.DANBOORU, file(tmp_path, data))


class TestSidecars:
    def test_named_like_the_images(self, tmp_path: Path) -> None:
        members: dict[str, str | bytes] = {
            "10_set/a.txt": "1girl, long hair,\n fate \\(series\\)",
            "10_set/b.png.txt": ":/, \\m/",
            "10_set/a.png": b"\x89PNG",
        }
        assert rows(LabelForm.SIDECARS, archive(tmp_path, members)) == [
            Row(1, ImageKey(names=("a",)), ["1girl", "long_hair", "fate_(series)"], []),
            Row(2, ImageKey(names=("b.png",)), [":/", "\\m/"], []),
        ]

    def test_bad_members_are_listed_and_the_rest_goes_on(self, tmp_path: Path) -> None:
        members: dict[str, str | bytes] = {
            "../a.txt": "solo",
            "b.txt": b"\xff\xfe\xff",
            "c.txt": "a" * 300_000,
            "bomb.txt": b" " * (20 << 20),
            "d.zip": b"",
            "z.txt": "solo",
        }
        path = archive(tmp_path, members)
        found = list(read(LabelForm.SIDECARS, path))
        assert found[-1] == Row(6, ImageKey(names=("z",)), ["solo"], [])
        assert [message for _row, message in problems(LabelForm.SIDECARS, path)] == [
            "Its name in the archive leads outside of the archive.",
            "The tag file is not UTF-8 text; save it as UTF-8.",
            "The tag file is larger than 256 kB; that is not a list of tags.",
            "It unpacks to more than 200 times its size, as no picture does.",
            "It is an archive inside an archive; upload it by itself.",
        ]

    def test_refused(self, tmp_path: Path) -> None:
        assert "damaged" in refused(LabelForm.SIDECARS, file(tmp_path, "no zip"))
        assert "no .txt" in refused(LabelForm.SIDECARS, archive(tmp_path, {"a.png": b"x"}))


def test_hostile_names_come_through_every_form(tmp_path: Path) -> None:
    table = {"hash": [ONE], "tags": [list(range(len(HOSTILE)))]}
    cell = ", ".join(HOSTILE).replace('"', '""')
    made = {
        LabelForm.CSV: file(tmp_path, f'sha256,tags\n{ONE},"{cell}"\n'),
        LabelForm.PARQUET: parquet(tmp_path, table, HOSTILE),
        LabelForm.SIDECARS: archive(tmp_path, {"a.txt": ", ".join(HOSTILE)}),
    }
    for form, path in made.items():
        assert rows(form, path)[0].positive == HOSTILE, form
    spaced = file(
        tmp_path, "sha256,tags\n" + ONE + ',"' + " ".join(HOSTILE).replace('"', '""') + '"'
    )
    assert rows(LabelForm.CSV, spaced)[0].positive == HOSTILE
    lines = file(tmp_path, json.dumps({"sha256": ONE, "tags": HOSTILE}))
    assert rows(LabelForm.JSONL, lines)[0].positive == HOSTILE
    posts = file(tmp_path, json.dumps([{"id": 1, "tag_string": " ".join(HOSTILE)}]))
    assert rows(LabelForm.DANBOORU, posts)[0].positive == HOSTILE
