"""What is asked of the code as a whole: short functions and files, no twins, names, tests."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "textgan").rglob("*.py"))
FILES = [*MODULES, *sorted((ROOT / "scripts").glob("*.py"))]
TWIN = 6  # lines


def functions() -> Iterator[tuple[int, str]]:
    """Yield the length and the place of every function."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                length = node.end_lineno - node.lineno + 1
                yield length, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def test_functions_are_short() -> None:
    found = sorted(functions())
    lengths = [length for length, _ in found]
    assert lengths[-1] <= 60, found[-1]
    assert median(lengths) <= 10
    assert sum(length <= 30 for length in lengths) >= 0.9 * len(lengths)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_no_lines_stand_twice() -> None:
    """But for imports, lists of public names, blank lines and docstrings."""
    places = defaultdict(list)
    for path in FILES:
        lines = code_lines(path)
        for start in range(len(lines) - TWIN + 1):
            run = lines[start : start + TWIN]
            text = tuple(line for _, line in run)
            places[text].append(f"{path.relative_to(ROOT)}:{run[0][0]}")
    assert not [found for found in places.values() if len(found) > 1]


def code_lines(path: Path) -> list[tuple[int, str]]:
    """The lines of a file that do something, by number."""
    tree = ast.parse(path.read_text("utf-8"))
    left_out: set[int] = set()
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Import | ast.ImportFrom) or is_text or is_public_list(node):
            assert node.end_lineno is not None  # type: ignore[attr-defined]
            left_out |= set(range(node.lineno, node.end_lineno + 1))  # type: ignore[attr-defined]
    numbered = enumerate(path.read_text("utf-8").splitlines(), 1)
    return [(n, line.strip()) for n, line in numbered if n not in left_out and line.strip()]


def is_public_list(node: ast.AST) -> bool:
    """Whether `__all__` is set here."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


def test_a_type_has_one_meaning() -> None:
    """No public class or type alias has the name of another."""
    homes = defaultdict(set)
    for path in MODULES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                homes[node.name].add(path)
            for target in node.targets if isinstance(node, ast.Assign) else []:
                if isinstance(target, ast.Name) and target.id[0].isupper():
                    homes[target.id].add(path)
    shared = {name for name, where in homes.items() if len(where) > 1 and not name.isupper()}
    constants = {name for name in shared if name.replace("_", "").isupper()}
    assert shared - constants == {"SectionName"}  # the public API loads no inspection for its names


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.name != "__init__.py"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_module_has_tests_of_its_own_name(path: Path) -> None:
    folders = path.relative_to(ROOT / "textgan").parent
    assert (ROOT / "tests" / folders / f"test_{path.name}").is_file()
