"""What looks like a person in free text (C11), and what does not."""

import pytest

from academy.common.personal_patterns import personal_patterns


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Frau Beispiel wartet seit Stunden", ["der Name einer Person"]),
        ("mit Herrn Dr. Muster gesprochen", ["der Name einer Person"]),
        ("Rückruf unter 030 / 123 45 67", ["eine Telefonnummer"]),
        ("+49 170 1234567", ["eine Telefonnummer"]),
        ("schreiben an team@amt.example", ["eine E-Mail-Adresse"]),
        ("Az. 12 K 345/26 liegt vor", ["ein Aktenzeichen"]),
        ("Kundennummer 962D123456", ["ein Aktenzeichen"]),
        ("geb. 3.4.1987", ["ein Geburtsdatum"]),
        (
            "Frau Muster, geb. am 03.04.87, 0170 1234567",
            ["eine Telefonnummer", "ein Geburtsdatum", "der Name einer Person"],
        ),
        ("Das Formular gibt es nur auf Deutsch.", []),
        ("Frauen und Familien warten länger als andere.", []),
        ("Acht von elf Teilnehmenden, im Mittel 17 Tage, seit dem 3.11.2026", []),
        ("I-03, I-05: kein Weg zur Bestellung von Sprachmittlung bekannt", []),
        ("Herren und Damen am Schalter 4", []),
        ("", []),
    ],
)
def test_personal_patterns_names_what_it_finds(text, found):
    assert personal_patterns(text) == found


def test_personal_patterns_says_each_thing_once():
    assert personal_patterns("a@b.example", "c@d.example", "") == ["eine E-Mail-Adresse"]
