"""WebVTT: what is read, and one clear sentence for what is not."""

import pytest

from webinaires.captions import CaptionError, Chapter, Cue, chapter_list, cue_list, turns_by_chapter

TRANSCRIPT = """WEBVTT

NOTE Relue le 3 mars

1
00:00:00.000 --> 00:00:05.500 align:start
<v Animatrice>Bonjour &amp; bienvenue
à <i>toutes</i> et à tous.</v>

2
00:00:05.500 --> 00:00:08.250
<v.loud Une intervenante>Merci.

01:00.000 --> 01:02.000
Sans voix.
"""


def test_a_transcript_gives_voices_times_and_plain_words():
    assert cue_list(TRANSCRIPT) == [
        Cue(0.0, 5.5, "Animatrice", "Bonjour & bienvenue à toutes et à tous."),
        Cue(5.5, 8.25, "Une intervenante", "Merci."),
        Cue(60.0, 62.0, "", "Sans voix."),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n  "])
def test_line_endings_and_byte_order_marks_do_not_count(start, ending):
    assert len(cue_list(start + TRANSCRIPT.replace("\n", ending))) == 3


@pytest.mark.parametrize("text", ["", "   \n", None, "WEBVTT", "WEBVTT - chapitres\n\n"])
def test_nothing_written_gives_nothing(text):
    assert cue_list(text) == []
    assert chapter_list(text) == []


def test_two_voices_in_one_passage_are_two_lines():
    text = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v A>Oui.</v> <v B>Non.</v>\n"
    assert cue_list(text) == [Cue(1.0, 4.0, "A", "Oui."), Cue(1.0, 4.0, "B", "Non.")]


def test_what_looks_like_a_tag_and_is_none_stays_text():
    text = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n1 < 2 <script>alert(1)</script> <c.jaune>vrai</c>\n"
    assert cue_list(text)[0].text == "1 < 2 <script>alert(1)</script> vrai"


def passage(times: str, words: str = "Un mot.") -> str:
    return f"WEBVTT\n\n{times}\n{words}\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Bonjour", "commence par «\u00a0WEBVTT\u00a0»"),
        ("WEBVTTX\n\n00:00:01.000 --> 00:00:02.000\nx", "commence par «\u00a0WEBVTT\u00a0»"),
        ("WEBVTT\n00:00:01.000 --> 00:00:02.000\nx", "une ligne vide"),
        ("WEBVTT\n\nUn passage sans temps", "«\u00a0Un passage sans temps\u00a0»"),
        (passage("00:00:05.000 -> 00:00:08.000"), "n’a pas de temps"),
        (passage("00:00:05,000 --> 00:00:08,000"), "Ces temps ne se lisent pas"),
        (passage("00:00:05 --> 00:00:08"), "Ces temps ne se lisent pas"),
        (passage("00:61:05.000 --> 00:62:08.000"), "Ces temps ne se lisent pas"),
        (passage("00:00:08.000 --> 00:00:05.000"), "finit avant d’avoir commencé"),
        (passage("00:00:08.000 --> 00:00:08.000"), "finit avant d’avoir commencé"),
        (
            passage("00:01:00.000 --> 00:01:05.000") + "\n00:00:10.000 --> 00:00:12.000\ny",
            "Les temps reculent",
        ),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_in_one_french_sentence(text, says):
    for read in (cue_list, chapter_list):
        with pytest.raises(CaptionError, match=says.replace("(", r"\(")) as caught:
            read(text)
        assert len(str(caught.value)) < 200


def cues(*starts: float, voice: str = "A") -> list[Cue]:
    return [Cue(start, start + 1, voice, f"à {start}") for start in starts]


def test_words_go_under_the_chapter_that_is_open_when_they_start():
    first, second = Chapter(5, 60, "Début"), Chapter(60, 120, "Suite")
    grouped = turns_by_chapter([first, second], cues(0, 59.9, 60, 500))
    assert [
        (chapter.title, [cue.start for turn in turns for cue in turn.cues]) for chapter, turns in grouped
    ] == [
        ("Début", [0, 59.9]),  # what is said before the first chapter is not lost
        ("Suite", [60, 500]),  # nor what is said after the last
    ]


def test_without_chapters_all_is_one_group():
    [(chapter, turns)] = turns_by_chapter([], cues(0, 1))
    assert chapter is None
    assert len(turns) == 1


def test_a_turn_ends_with_the_voice_and_is_cut_when_it_lasts():
    said = [*cues(0, 10), *cues(20, voice="B"), *cues(30, 40, 70, 80, voice="A")]
    [(_, turns)] = turns_by_chapter([], said)
    assert [(turn.voice, turn.start, len(turn.cues)) for turn in turns] == [
        ("A", 0, 2),
        ("B", 20, 1),
        ("A", 30, 3),
        ("A", 80, 1),
    ]
