"""Tables and goals of benchmarks."""

from consulting.bench.report import Goal, goals_table, table


def test_table_puts_words_left_and_figures_right():
    assert table(["page", "kB"], [["home", "9.5"], ["catalogue", "100.0"]]) == (
        "page          kB\nhome         9.5\ncatalogue  100.0"
    )


def test_goal_is_met_up_to_its_limit():
    assert Goal("B10", "requests", 8, 8).is_met
    assert not Goal("B10", "requests", 9, 8).is_met
    assert Goal("B5", "ratio", 0.1 + 0.2, 0.3, 1).is_met  # no trip over binary fractions


def test_goals_table_says_what_is_not_met():
    text = goals_table([Goal("B6", "ratio", 1.4, 1.5, 1), Goal("–", "shift", 0.0012, 0, 4)])

    assert text.splitlines()[1:] == [
        "B6    ratio       1.4     ≤ 1.5      met",
        "–     shift    0.0012  ≤ 0.0000  NOT MET",
    ]


def test_goal_as_json_keeps_the_figures():
    assert Goal("B5", "ratio", 1.25, 1.2, 2).as_json() == {
        "goal": "B5",
        "what": "ratio",
        "measured": 1.25,
        "limit": 1.2,
        "met": False,
        "at_least": False,
    }


def test_goal_may_be_the_least_that_is_wanted():
    assert Goal("B2", "ratio", 0.5, 0.5, 2, at_least=True).is_met
    assert not Goal("B2", "ratio", 0.49, 0.5, 2, at_least=True).is_met
    assert Goal("B2", "ratio", 0.49, 0.5, 2, at_least=True).row() == ["B2", "ratio", "0.49", "≥ 0.50", "NOT MET"]
