"""Click's own sentences in Indonesian: it speaks through gettext and has no Indonesian catalogue."""

from __future__ import annotations

from importlib import import_module

SENTENCES = {
    "Usage:": "Pemakaian:",
    "Options": "Pilihan",
    "Positional arguments": "Argumen",
    "Commands": "Perintah",
    "Missing command.": "Perintahnya belum disebut.",
    "Missing argument": "Belum disebut: argumen",
    "Missing option": "Belum disebut: pilihan",
    "Missing parameter": "Belum disebut",
    "Choose from:\n\t{choices}": "Pilihannya: {choices}",
    "No such option {name!r}.": "Pilihan {name!r} tidak dikenal.",
    "No such command {name!r}.": "Perintah {name!r} tidak dikenal.",
    "Did you mean {possibility}?": "Maksudnya {possibility}?",
    "(Did you mean one of: {possibilities}?)": "Maksudnya salah satu dari {possibilities}?",
    "Got unexpected extra argument ({args})": "Kelebihan argumen: {args}.",
    "Got unexpected extra arguments ({args})": "Kelebihan argumen: {args}.",
    "Invalid value: {message}": "Nilai tidak dapat dipakai: {message}",
    "Invalid value for {param_hint}: {message}": "Nilai {param_hint} tidak dapat dipakai: {message}",
    "{value!r} is not {choice}.": "{value!r} bukan {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} bukan salah satu dari {choices}.",
    "{value!r} is not a valid {number_type}.": "{value!r} bukan bilangan yang benar.",
    "{value} is not in the range {range}.": "{value} di luar rentang {range}.",
    "Option {name!r} requires an argument.": "Pilihan {name!r} memerlukan nilai.",
    "Option {name!r} does not take a value.": "Pilihan {name!r} tidak memakai nilai.",
    "Argument {name!r} takes {nargs} values.": "Argumen {name!r} memerlukan {nargs} nilai.",
    "{name} {filename!r} does not exist.": "{name} {filename!r} tidak ada.",
    "{name} {filename!r} is a file.": "{name} {filename!r} adalah berkas, bukan folder.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} adalah folder, bukan berkas.",
    "{name} {filename!r} is not readable.": "{name} {filename!r} tidak boleh dibaca.",
    "{name} {filename!r} is not writable.": "{name} {filename!r} tidak boleh ditulisi.",
    "file": "berkas",
    "directory": "folder",
    "path": "alamat berkas",
    "File": "Berkas",
    "Directory": "Folder",
    "Path": "Alamat berkas",
    "default: {default}": "bawaan: {default}",
    "required": "wajib",
    "env var: {var}": "variabel: {var}",
    "Show this message and exit.": "Menampilkan bantuan ini.",
    "Show the version and exit.": "Menampilkan versi.",
    "%(prog)s, version %(version)s": "%(prog)s, versi %(version)s",
    "Confirm the action without prompting.": "Langsung, tanpa bertanya.",
    "Do you want to continue?": "Lanjutkan?",
    "Aborted!": "Dibatalkan.",
    "Error: {message}": "{message}",
    "Error: invalid input": "Jawab dengan y atau n.",
    "Try '{command} {option}' for help.": "Bantuan: '{command} {option}'.",
    "unknown error": "sebab tidak diketahui",
    "Could not open file {filename!r}: {message}": "Berkas {filename!r} tidak dapat dibuka: {message}",
}


def say(sentence: str) -> str:
    return SENTENCES.get(sentence, sentence)


def say_many(one: str, many: str, count: int) -> str:
    return say(one if count == 1 else many)


def teach_click() -> None:
    """Let every part of click look its sentences up here; what is missing stays English."""
    for part in ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types"):
        module = import_module(f"click.{part}")
        for name, function in (("_", say), ("ngettext", say_many)):
            if hasattr(module, name):
                setattr(module, name, function)
