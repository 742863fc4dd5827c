"""Every offered fix removes its problem and brings no new one, whatever was typed."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from provider.lint import lint
from tests.provider.damage import SCHEMAS, STEADY, damaged, written
from tests.provider.fixing import applied


def rules(text, kind):
    return Counter(problem.rule for problem in lint(text, kind=kind, processor="lite"))


@STEADY
@given(damaged(written(SCHEMAS), times=2), st.sampled_from(["output", "input"]))
def test_a_fix_removes_its_problem_and_brings_no_other(text, kind):
    before = rules(text, kind)
    for problem in lint(text, kind=kind, processor="lite"):
        if problem.fix:
            fixed = applied(text, problem.fix)
            after = rules(fixed, kind)
            assert after[problem.rule] < before[problem.rule], (problem, fixed)
            assert after <= before, (problem, fixed, after - before)


@STEADY
@given(damaged(written(SCHEMAS), times=2), st.randoms())
def test_fixing_one_after_another_comes_to_an_end(text, random):
    for _ in range(len(lint(text))):
        fixes = [problem.fix for problem in lint(text) if problem.fix]
        if not fixes:
            break
        text = applied(text, random.choice(fixes))
    assert not any(problem.fix for problem in lint(text))
