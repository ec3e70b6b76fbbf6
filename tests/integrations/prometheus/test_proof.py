"""D1: which question proves a zero, and which empty answers nothing can prove to be one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.prometheus.proof import proofs

PROVEN = {
    'sum(increase(m{track="canary",code=~"5.."}[60s]))': [
        'count(sum ( increase ( m {track="canary"} [ 60s ] ) ))',
        "count(sum ( increase ( m {} [ 60s ] ) ))",
    ],
    'm{code="500"}': ["count(m {})"],
    'm{code=~"5.."}': ["count(m {})"],
    "m{code!='200', pod!~`a{}.*`}": ["count(m {})"],
    '{__name__="m",code=~"5.."}': ['count({__name__="m"})'],
    '{"a.metric", code=~"5.."}': ['count({"a.metric"})'],
    'sum by (pod) (m{code=~"5.."}) * 60': ["count(sum by ( pod ) ( m {} ) * 60)"],
    'sum(60 * m{code=~"5.."}) / 2': ["count(sum ( 60 * m {} ) / 2)"],
    'sum(m{code=~"5.."} offset 5m) # the bad ones': ["count(sum ( m {} offset 5m ))"],
}


@pytest.mark.parametrize("query", PROVEN)
def test_a_zero_is_proven_by_the_same_question_about_more(query: str) -> None:
    """D1: same functions, same range, fewer labels."""
    assert list(proofs(query)) == PROVEN[query]


@pytest.mark.parametrize(
    "query",
    [
        "sum(increase(errors_total[60s]))",
        'sum(m) - sum(m{code="200"})',
        'sum(m{code="500"}) + sum(m{code="503"})',
        'm{code=~"5.."} > 5',
        'm{code=~"5.."} == 5',
        'm{code=~"5.."} * on (pod) n{code="x"}',
        '2 * m{code=~"5.."} * n{code="x"}',
        '2 / m{code=~"5.."}',
        'm{code=~"5.."} and n',
        'm{code=~"5.."} or n{code=~"5.."}',
        'm{code=~"5.."} unless n',
        '{code=~"5.."}',
        'm{code=~"5.."',
        "m{code=~5}",
        'm{code="5',
        "",
        "vector(0)",
    ],
)
def test_what_may_hide_errors_or_cannot_be_read_proves_nothing(query: str) -> None:
    """D1: "all but the good ones" is empty when there are only bad ones."""
    assert proofs(query) == ()


@given(st.text(alphabet="m{}[]()\",=~!`'\\ a1.#*/-\n"))
def test_no_text_breaks_it(query: str) -> None:
    """D1: a query that cannot be read is a gap, not a crash."""
    proofs(query)
