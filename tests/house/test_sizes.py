"""Functions of one screen, files of one subject: the sizes that CONTRIBUTING.md names."""

import pytest

from tests.house import sizes, tree
from tests.house.sizes import Sized, functions, long_files, long_functions

FILE_KINDS = {".py", ".sql", ".js", ".css", ".html"}


def sized_functions(*folders: str) -> list[Sized]:
    return [
        function
        for path in tree.python_files(*folders)
        for function in functions(path.read_text(), tree.shown(path))
    ]


def sized_files(*folders: str) -> list[Sized]:
    return [
        Sized(tree.shown(path), len(path.read_text().splitlines()))
        for path in tree.project_files()
        if path.suffix in FILE_KINDS and tree.shown(path).startswith(folders)
    ]


@pytest.mark.parametrize("folders", [tree.PRODUCT, ("tests",)], ids=["product", "tests"])
def test_functions_fit_one_screen(folders: tuple[str, ...]) -> None:
    complaints = long_functions(sized_functions(*folders))
    assert not complaints, "\n".join(complaints)


def test_files_have_one_subject() -> None:
    product = long_files(sized_files(*tree.PRODUCT), sizes.FILE)
    complaints = product + long_files(sized_files("tests"), sizes.TEST_FILE)
    assert not complaints, "\n".join(complaints)


def body(lines: int) -> str:
    return "def f() -> None:\n" + "    pass\n" * (lines - 1)


def of(*lines: int) -> list[Sized]:
    return [Sized(f"f{n}", n) for n in lines]


def test_lines_run_from_def_to_the_end() -> None:
    assert [each.lines for each in functions("@cached\n" + body(7), "x.py")] == [7]


def test_functions_inside_functions_and_classes_count() -> None:
    source = "class C:\n  async def f(self):\n    def g():\n      return 1\n    return g\n"
    assert [each.name for each in functions(source, "x.py")] == ["x.py:2 f", "x.py:3 g"]


def test_protocol_methods_do_not_flatter_the_median() -> None:
    assert not list(functions('def f() -> int:\n    """Say."""\n    ...\n', "x.py"))


@pytest.mark.parametrize("lines", [[10], [10] * 9 + [60], [1, 10, 25]])
def test_small_functions_pass(lines: list[int]) -> None:
    assert not long_functions(of(*lines))


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([1] * 20 + [61], "over 60: f61 (61 lines)"),
        ([1] * 8 + [26, 30], "2 of 10 functions are over 25 lines, a tenth may be"),
        ([11], "the median is 11 lines, over 10"),
        ([], "no functions found: is this the right folder?"),
    ],
)
def test_long_functions_are_named(lines: list[int], complaint: str) -> None:
    assert complaint in long_functions(of(*lines))


def test_the_long_minority_is_listed_longest_first() -> None:
    assert long_functions(of(*[1] * 8, 26, 30))[1:] == ["f30 (30 lines)", "f26 (26 lines)"]


def test_a_long_file_is_named() -> None:
    assert long_files(of(400, 401), 400) == ["over 400: f401 (401 lines)"]
