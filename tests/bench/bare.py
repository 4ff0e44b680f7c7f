"""tantivy by itself on the same texts, as the whole service is compared with: mistakes and beginnings in titles
and in texts, a French stemmer, five facets and an audience; twenty texts to show, and none of the portal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy
from tantivy import Filter, Occur, Query, TextAnalyzerBuilder, Tokenizer

FACETS = ("themes", "secteurs", "phases", "regions", "structures")
_HEAP = 60_000_000


def _analyser(*, stems: bool) -> tantivy.TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).filter(Filter.ascii_fold())
    return (builder.filter(Filter.stemmer("french")) if stems else builder).build()


class BareIndex:
    """An index in ``folder``, made where there is none."""

    def __init__(self, folder: Path):
        folder.mkdir(exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for name in ("title", "body"):
            builder.add_text_field(name, stored=True, tokenizer_name="stems")
            builder.add_text_field(f"{name}_words", tokenizer_name="words")
        for name in FACETS:
            builder.add_text_field(name, tokenizer_name="raw", fast=True)
        builder.add_text_field("audience", tokenizer_name="raw")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, path=str(folder))
        self._analysers = {"stems": _analyser(stems=True), "words": _analyser(stems=False)}
        for name, analyser in self._analysers.items():
            self.index.register_tokenizer(name, analyser)

    def fill(self, documents: Iterable[Sequence]) -> None:
        """Index lists of ``search.documents.Document``."""
        writer = self.index.writer(heap_size=_HEAP, num_threads=1)
        for chunk in documents:
            for document in chunk:
                record = tantivy.Document()
                record.add_text("id", document.id)
                for name, text in (
                    ("title", document.title),
                    ("body", f"{document.summary}\n{document.body}"),
                ):
                    record.add_text(name, text)
                    record.add_text(f"{name}_words", text)
                for name in FACETS:
                    for value in getattr(document, name):
                        record.add_text(name, value)
                for name in document.audiences:
                    record.add_text("audience", name)
                writer.add_document(record)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()

    def search(self, text: str, principals: Iterable[str]) -> tuple[list[str], int, dict]:
        """Return the texts of the twenty best, the total, and the counts of the five facets."""
        query = self._query(text, principals)
        searcher = self.index.searcher()
        found = searcher.search(query, limit=20)
        texts = [searcher.doc(address).get_first("body") for _, address in found.hits]
        counts = searcher.aggregate(query, {name: {"terms": {"field": name, "size": 100}} for name in FACETS})
        return texts, found.count, counts

    def _query(self, text: str, principals: Iterable[str]) -> Query:
        words = self._analysers["words"].analyze(text)
        clauses = []
        for position, word in enumerate(words):
            (stem,) = self._analysers["stems"].analyze(word) or (word,)
            parts = [
                Query.boost_query(Query.term_query(self.schema, "title", stem), 3.0),
                Query.term_query(self.schema, "body", stem),
            ]
            distance = 0 if len(word) < 5 else 1 if len(word) < 9 else 2
            is_last = position == len(words) - 1
            if distance or is_last:
                for name, weight in (("title_words", 1.0), ("body_words", 0.3)):
                    near = Query.fuzzy_term_query(
                        self.schema, name, word, distance=distance, prefix=is_last and len(word) > 3
                    )
                    parts.append(Query.boost_query(near, weight))
            clauses.append((Occur.Must, Query.disjunction_max_query(parts)))
        audience = Query.term_set_query(self.schema, "audience", sorted(principals))
        clauses.append((Occur.Must, Query.const_score_query(audience, 0.0)))
        return Query.boolean_query(clauses)
