"""One field after another: the subject's facts, its sentences, a search, and last the honest blank."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.aim import aim_of
from engine.blanks import blank
from engine.candidates import passages_of
from engine.evidence import Answer, Evidence, least
from engine.from_facts import SURE, answer_from_facts
from engine.from_prose import beginning, is_summary, lead, narrative, typed_answer
from engine.from_spans import answer_from_spans, asked_of, can_be_read
from engine.judging import level
from engine.labelled import is_prose
from engine.library import Hit, Library
from engine.meaning import answer_by_meaning
from engine.mentions import hinted_kinds
from engine.reading import ReadPage, Sentence
from engine.roles import asks_for_role, role_of
from engine.schema import Field
from engine.subject import Subject, of_mention
from engine.tiers import Tier
from engine.trace import Trace
from engine.vocabulary import GROUPINGS, KINDS_OF_THINGS, PROPERTIES_OF_ANYTHING
from engine.wants import Want, by_own_name, want_for, without_close
from engine.words import label_stems, split_identifier, stem, stems, words

_OWN_NAME = frozenset(stems("name title full official")) | KINDS_OF_THINGS


class Finder:
    """Answers fields about one subject out of one library, within one tier's budget."""

    def __init__(
        self, library: Library, subject: Subject, tier: Tier, trace: Trace, *, reads: bool = False
    ) -> None:
        self._library = library
        self._subject = subject
        self._tier = tier
        self._trace = trace
        self._reads = reads and level() == "reader"

    def reading(self) -> "Finder":
        """One that also lets the reader level fill what no label does; a question asks that level itself."""
        return Finder(self._library, self._subject, self._tier, self._trace, reads=True)

    def _for(self, subject: Subject) -> "Finder":
        return Finder(self._library, subject, self._tier, self._trace, reads=self._reads)

    def answer(self, field: Field, parents: tuple[str, ...] = ()) -> Answer:
        if field.kind == "object":
            return self._object(field, parents)
        if field.kind == "null":
            return Answer(None, "The schema allows no other value than null.")
        reasons: list[str] = []
        want = self._want(field, parents)
        said = f"{self._subject.name}, {self._subject.question}"
        if asks_for_role(want) and (role := role_of(said, self._subject.pages, self._library)):
            return self._settled(role)
        for wording in self._wordings(want, parents):
            answer, said = self._from_subject(wording)
            answer = answer or self._by_meaning(wording) or self._from_search(wording)
            if answer:
                return self._settled(answer)
            reasons += said
        if answer := self._from_spans(want):
            return self._settled(answer)
        return self._nothing(want, reasons)

    def _want(self, field: Field, parents: tuple[str, ...]) -> Want:
        want = want_for(field, parents, self._subject.stems, self._subject.year)
        return without_close(want) if self._subject.party else want

    def _wordings(self, want: Want, parents: tuple[str, ...]) -> Iterator[Want]:
        """A member of an object is asked for with the object's name first, then by its own name alone.

        Not so what anything may have: the population inside ``capital`` is the capital's, not the country's.
        """
        if parents:
            yield self._want(replace(want.field, name=f"{parents[-1]} {want.field.name}"), parents[:-1])
        own = label_stems(split_identifier(want.field.name))
        if not parents or not own <= PROPERTIES_OF_ANYTHING or self._is_grouping(parents[-1]):
            yield want

    def _is_grouping(self, name: str) -> bool:
        """Whether an object only groups fields, as ``details`` or a heading of the subject's pages do."""
        said = label_stems(split_identifier(name)) - self._subject.stems
        return said <= GROUPINGS or any(said <= page.headings for page in self._subject.pages)

    def within(self, field: Field) -> "Finder":
        """The finder about the subject that the field names, where the input names several."""
        if not self._subject.others:
            return self.aimed(field.description)
        said = label_stems(split_identifier(field.name)) | frozenset(stems(field.description[:4000]))
        named = [finder for finder in self.each() if finder._subject.stems <= said]
        return named[0] if len(named) == 1 else self

    def aimed(self, asked: str) -> "Finder":
        """The finder for a description that may name another subject, such as ``capital of France``."""
        aim = aim_of(asked, self._subject, self._library)
        if aim is None:
            return self
        name = aim.mention.span.form.removesuffix("'s").removesuffix("’s")
        subject = self._subject
        if aim.instead:
            found = of_mention(aim.mention, self._library, [], self._tier.pages)
            subject = replace(found, year=subject.year)
            note = f"“{name}” is what the question is about; the input names “{self._subject.name}”."
        else:
            note = f"The question also names “{name}”; what was found is about “{subject.name}” alone."
        if self._subject.name:
            subject = replace(subject, notes=(*subject.notes, note), certain=False)
        return self._for(subject)

    @property
    def subject(self) -> Subject:
        return self._subject

    def each(self) -> list["Finder"]:
        """A finder for each subject that the input names, its own the first."""
        subjects = [replace(self._subject, certain=True, notes=(), others=())]
        for other in self._subject.others:
            found = of_mention(other, self._library, [], self._tier.pages)
            subjects.append(replace(found, year=self._subject.year))
        return [self._for(subject) for subject in subjects]

    @property
    def about(self) -> str:
        return self._subject.name

    def opening(self, most: int) -> Answer | None:
        """How the subject's page begins."""
        return lead(self._subject.pages, most=most)

    def sentence_with(self, answer: Answer) -> Answer | None:
        """The first sentence of the subject's pages that holds a value which was found."""
        for page, sentence in _sentences(self._subject.pages):
            if str(answer.value) in sentence.text:
                evidence = (Evidence(page, sentence.start, sentence.end), *answer.evidence)
                return replace(answer, value=sentence.text, evidence=evidence)
        return None

    def passages(self, asked: Sequence[str]) -> list[tuple[ReadPage, Hit]]:
        """The passages that share most with the words of a question."""
        self._trace.search("Find passages that answer the question", " ".join(asked))
        hits = self._library.search(asked, limit=self._tier.passages)
        return [(self._library.open(hit), hit) for hit in hits]

    def _object(self, field: Field, parents: tuple[str, ...]) -> Answer:
        inside = (*parents, field.name) if field.name else parents
        members = [(member, self.answer(member, inside)) for member in field.fields]
        found = [answer for _, answer in members if answer.found]
        if not found and field.nullable:
            return Answer(None, f"No evidence found for “{field.name}”.")
        missing = tuple(_joined(member.name, path) for member, answer in members for path in answer.missing)
        blanks = [member.name for member, answer in members if not answer.found]
        unfound = (
            [f"No evidence found for “{', '.join(blanks) if found else field.name}”."]
            if blanks or not found
            else []
        )
        sure = least([answer.confidence for answer in found])
        return Answer(
            value={member.name: answer.value for member, answer in members},
            reasoning=" ".join([*dict.fromkeys(answer.reasoning for answer in found), *unfound]),
            confidence="medium" if blanks and sure == "high" else sure,
            evidence=tuple(item for answer in found for item in answer.evidence),
            parts=tuple(answer for _, answer in members),
            missing=missing if found else ("",),
        )

    def _from_subject(self, want: Want) -> tuple[Answer | None, list[str]]:
        pages = self._subject.pages
        if want.narrative:
            return self._narrative(want), []
        answer, reasons = answer_from_facts(want, pages)
        return answer or self._own_name(want) or typed_answer(want, _sentences(pages), sure=True), reasons

    def _narrative(self, want: Want) -> Answer | None:
        """Quoted sentences; where there are none, what the pages say under such a label."""
        most = _most(want)
        pages = self._subject.pages
        stated = answer_from_facts(by_own_name(want), pages, least=SURE)[0]
        if stated and (not want.field.description or is_prose(stated.value)):
            return beginning(stated, most) if want.field.description else stated
        stated = answer_from_facts(want, pages)[0]
        if is_summary(want) and not self._names_a_section(want):
            return stated or lead(pages, most=most)
        return narrative(want, _sentences(pages), most=most, sure=True) or stated

    def _names_a_section(self, want: Want) -> bool:
        """Whether an overview is asked for of one section, such as the economy, and not of the whole."""
        said = want.hints - GROUPINGS
        return any(said & page.headings for page in self._subject.pages)

    def _by_meaning(self, want: Want) -> Answer | None:
        """Where pages use the field's very words, this one would, so its other labels mean something else."""
        said = words(want.title)
        if len(said) > 1 and self._library.says(said):
            return None
        return answer_by_meaning(want, self._subject.pages)

    def _own_name(self, want: Want) -> Answer | None:
        """A field such as ``company_name`` or ``company`` asks for the subject's own name."""
        own = frozenset(stems(split_identifier(want.field.name)))
        if want.field.kind != "string" or not own <= _OWN_NAME:
            return None
        kinds = hinted_kinds(want.field.name)
        for page in self._subject.pages:
            stated = next((name for name in page.full_names if name in page.text), "")
            if stated and (stem("name") in own or page.kind in kinds):
                at = page.text.index(stated)
                evidence = Evidence(page, at, at + len(stated))
                return Answer(stated, f"The page {page.title} is about it.", "high", (evidence,))
        return None

    def _from_search(self, want: Want) -> Answer | None:
        """Sentences elsewhere that mention the subject; without its name nothing ties them to the input."""
        if not self._subject.stems:
            return None
        quotes: dict[tuple[int, int], tuple[ReadPage, Sentence]] = {}
        for query in self._queries(want):
            self._trace.search(want.title, query)
            for page, sentence in self._mentioning(query):
                quotes.setdefault((page.id, sentence.start), (page, sentence))
        found = list(quotes.values())
        if want.narrative:
            return narrative(want, found, most=_most(want), sure=False)
        return typed_answer(want, found, sure=False) or self._from_rows(want)

    def _from_rows(self, want: Want) -> Answer | None:
        """A row of another page's table that bears the subject's name: its labels hold the name, too."""
        named = words(self._subject.name)
        if not named or self._subject.pages:
            return None
        hits = self._library.search(
            words(f"{self._subject.name} {want.title}"), limit=self._tier.passages, must=named
        )
        pages = {hit.page_id: self._library.open(hit) for hit in hits}
        row = replace(want.field, name=f"{self._subject.name} {want.field.name}")
        wanted = want_for(row, (), frozenset(), self._subject.year)
        answer, _ = answer_from_facts(wanted, list(pages.values()), least=SURE)
        line = answer and answer.evidence[0]
        if not line or not self._subject.stems <= frozenset(stems(line.page.text[line.start : line.end])):
            return None
        return replace(answer, confidence="medium" if answer.confidence == "high" else answer.confidence)

    def _from_spans(self, want: Want) -> Answer | None:
        """What the reader reads in prose about the subject, where that level is there."""
        if not self._reads or not self._subject.stems or not can_be_read(want, self._subject):
            return None
        asked = asked_of(want, self._subject)
        return answer_from_spans(want, self._subject, asked, passages_of(self.passages(words(asked.text))))

    def _queries(self, want: Want) -> list[str]:
        """The subject with the field's name, then with what pages call it."""
        label = want.concept.name if want.concept else ""
        wordings = [want.title, label, want.field.description[:200]]
        queries = [" ".join(f"{self._subject.name} {wording}".split()) for wording in wordings if wording]
        return list(dict.fromkeys(queries))[: self._tier.queries]

    def _mentioning(self, query: str) -> list[tuple[ReadPage, Sentence]]:
        found = []
        own = {page.id for page in self._subject.pages}
        named = words(self._subject.name)
        for hit in self._library.search(words(query), limit=self._tier.passages, must=named):
            if hit.page_id in own:
                continue
            page = self._library.open(hit)
            inside = [sentence for sentence in page.sentences if hit.start <= sentence.start < hit.end]
            found += [(page, sentence) for sentence in inside if self._subject.stems <= sentence.stems]
        return found

    def _settled(self, answer: Answer) -> Answer:
        """Nothing is surer than what the input is about."""
        if self._subject.certain or answer.confidence != "high":
            return answer
        return replace(
            answer,
            confidence="medium",
            reasoning=f"{answer.reasoning} {' '.join(self._subject.notes)}".strip(),
        )

    def _nothing(self, want: Want, reasons: Sequence[str]) -> Answer:
        subject = f" about {self._subject.name}" if self._subject.name else ""
        said = " ".join([f"No evidence found for “{want.title}”{subject}.", *reasons])
        return Answer(blank(want.field), said, missing=() if want.field.nullable else ("",))


def _sentences(pages: Sequence[ReadPage]) -> list[tuple[ReadPage, Sentence]]:
    return [(page, sentence) for page in pages for sentence in page.sentences]


def _most(want: Want) -> int:
    return want.form.sentences[1] if want.form.sentences else 1


def _joined(name: str, path: str) -> str:
    return f"{name}.{path}" if path else name
