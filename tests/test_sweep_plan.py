"""What a sweep varies, as a command line says it."""

from typing import Any

import pytest

from textgan.domains import PLURALS
from textgan.errors import UserError
from textgan.sweep_plan import Plan, SweptSetting, read_axes

TABLES = PLURALS["tables"]
WINE = TABLES.presets["wine"]


def plan(*over: str, **changed: Any) -> Plan:
    return Plan(TABLES, WINE, read_axes(over, WINE), **{"seeds": (1, 2, 3)} | changed)


def test_a_grid_has_every_combination_with_every_seed() -> None:
    grid = plan("objective=relativistic,hinge", "generator_width=8,16")
    found = {
        (s.game.objective, s.network.generator_width, grid.seed(number))
        for number in range(grid.count)
        for s in [grid.settings_at(grid.grid_point(number))]
    }
    assert found == {
        (objective, width, seed)
        for objective in ("relativistic", "hinge")
        for width in (8, 16)
        for seed in (1, 2, 3)
    }
    assert grid.count == 12


def test_settings_that_go_together() -> None:
    pair = plan("objective+penalty+gamma=relativistic+r1_r2+.3,wasserstein+gradient_penalty+10")
    games = [pair.settings_at(pair.grid_point(number)).game for number in (0, 3)]
    found = [(game.objective, game.penalty, game.gamma) for game in games]
    assert found == [("relativistic", "r1_r2", 0.3), ("wasserstein", "gradient_penalty", 10.0)]
    assert pair.count == 6


def test_ranges_keep_the_type_of_the_setting() -> None:
    low, high = read_axes(["generator_width=8..64", "gamma=log:.1..10"], WINE)
    assert low == SweptSetting(("generator_width",), (int,), (), 8, 64)
    assert high == SweptSetting(("gamma",), (float,), (), 0.1, 10.0, True)
    assert low.read(9) == {"generator_width": 9}


def test_values_keep_the_type_of_the_setting() -> None:
    (axis,) = read_axes(["gaussian_start=true,false"], WINE)
    assert [axis.read(choice) for choice in axis.choices] == [
        {"gaussian_start": True},
        {"gaussian_start": False},
    ]


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ("objective", "write NAME=VALUE,VALUE"),
        ("magic=1,2", "there is no setting 'magic'"),
        ("seed=1,2", "the seeds are those of --seeds"),
        ("objective=hinge,hing", "'hing' is not one of relativistic, "),
        ("generator_width=8,1.5", "'1.5' is not a whole number"),
        ("gaussian_start=yes", "'yes' is not true or false"),
        ("columns=a,b", "columns holds several values and cannot be varied"),
        ("columns=a", "columns holds several values and cannot be varied"),
        ("gamma=1,1", "a value stands there twice"),
        ("gamma=1,1.0", "a value stands there twice"),
        ("gamma=1..inf", "are finite"),
        ("gamma=-1e308..1e308", "are finite"),
        ("gamma=1..0", "a range goes upwards"),
        ("gamma=log:0..1", "from above 0 if it is logarithmic"),
        ("gamma=0..1", "a grid needs values, such as gamma=0,1"),
        ("objective+penalty=hinge+r1,minimax", "'minimax' has 1 parts, 2 settings"),
        ("gamma=1,-1", "gamma is -1.0"),
    ],
)
def test_what_makes_no_sweep(over: str, said: str) -> None:
    with pytest.raises(UserError, match=said.replace("+", r"\+")):
        plan(over)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seeds": ()}, "give each seed once"),
        ({"seeds": (1, 1)}, "give each seed once"),
        ({"seeds": (-1,)}, "it must be from 0"),
        ({"trials": 0}, "must be at least 1"),
    ],
)
def test_what_makes_no_sweep_beside_the_axes(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        plan("gamma=1,2", **changed)


def test_a_setting_is_varied_once() -> None:
    with pytest.raises(UserError, match="names a setting twice: gamma, gamma"):
        plan("gamma=1,2", "gamma=3,4")


def test_another_sweep_is_described_otherwise() -> None:
    one = plan("gamma=1,2").described()
    assert plan("gamma=1,2", trials=50).described() == one
    for other in (plan("gamma=1,3"), plan("gamma=1,2", seeds=(1, 2)), plan("rate_floor=0,1")):
        assert other.described() != one
