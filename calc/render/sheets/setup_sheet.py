"""The sheet of a shared tablet, for the officer who sets it up: nothing on it invites a resident to scan."""

from __future__ import annotations

from urllib.parse import urlsplit

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from calc.render.pdf import fonts
from calc.render.pdf.pictures import draw_code
from calc.render.pdf.text_layout import Style
from calc.render.sheets.poster import HEIGHT, WIDTH, Printed
from calc.render.sheets.text_box import down, middle

SIDE = 20 * mm
INNER = WIDTH - 2 * SIDE
CODE = 62 * mm  # with its quiet zone; on A6 still more than 0.6 mm a module, held close to the tablet

_STAFF = Style(15, 19, fonts.INK, strong=True, align="centre")
_TITLE = Style(30, 36, fonts.INK, strong=True)
_PLACE = Style(14, 18.5, fonts.INK)
_MUTED = Style(12, 16, fonts.MUTED)
_ADDRESS = Style(19, 24, fonts.INK, strong=True)
_STEP = Style(13.5, 18, fonts.INK)
_WARN = Style(12.5, 17, fonts.INK)

STAFF = "UNTUK PETUGAS – JANGAN DITEMPEL UNTUK UMUM"
TITLE = "Pasang di tablet"
STEPS = (
    "Sambungkan tablet ke listrik dan jaringan. Matikan penguncian layar otomatis.",
    "Buka peramban tablet (Chrome atau Firefox), ketik alamat di atas, atau pindai kode dengan kamera tablet itu.",
    "",  # the reload, see `_steps`
    "Menu peramban: 'Tambahkan ke layar utama', lalu buka dari sana agar tampil satu layar penuh.",
    "Kunci tablet pada satu aplikasi: 'Sematkan layar' (Android) atau 'Akses Terpandu' (iPad).",
    "Letakkan di loket menghadap warga. Tanpa sentuhan formulir dikosongkan sendiri.",
)
RELOAD = (
    "Tunggu sampai tampil tombol 'Mulai', lalu muat ulang satu kali: "
    "sesudah itu formulir terbuka juga tanpa jaringan."
)
NO_RELOAD = (
    "Tunggu sampai tampil tombol 'Mulai'. Jangan memuat ulang selagi jaringan putus: "
    "alamat ini tidak dimulai dengan https."
)
WARNING = (
    "Warga yang membuka alamat ini di ponselnya sendiri kehilangan isian yang belum selesai setelah beberapa detik "
    "tanpa sentuhan, dan jawabannya tercatat sebagai jawaban tablet. Untuk warga cetaklah lembar QR."
)
QUEUE = "Isian yang belum terkirim: buka alamat yang sama dengan ?antrean di belakangnya."


def draw_setup(canvas: Canvas, card: Printed, level: str) -> None:
    """The whole card, drawn as A4."""
    _frame(canvas)
    middle(canvas, STAFF, _STAFF, SIDE, HEIGHT - 32 * mm, INNER, 14 * mm)
    top, left = HEIGHT - 42 * mm, INNER - CODE - 6 * mm
    draw_code(canvas, card.url, WIDTH - SIDE - CODE + 5 * mm, top - CODE + 4 * mm, CODE, level)
    y = down(canvas, TITLE, _TITLE, SIDE, top, left, 28 * mm) - 3 * mm
    place = " · ".join(words for words in (card.unit, card.service, card.counter) if words)
    y = down(canvas, place, _PLACE, SIDE, y, left, 26 * mm)
    down(canvas, card.organisation, _MUTED, SIDE, y - 1 * mm, left, 11 * mm)
    y = down(canvas, "Alamat untuk tablet ini:", _MUTED, SIDE, top - CODE, INNER, 7 * mm) - 1 * mm
    y = down(canvas, card.short_address, _ADDRESS, SIDE, y, INNER, 18 * mm) - 1 * mm
    down(canvas, f"Kode tautan: {card.url.rpartition('/')[2]}", _MUTED, SIDE, y, INNER, 7 * mm)
    y = HEIGHT - 139 * mm
    for number, words in enumerate(_steps(card.url), 1):
        down(canvas, f"{number}.", _STEP, SIDE, y, 8 * mm, 7 * mm)
        y = down(canvas, words, _STEP, SIDE + 9 * mm, y, INNER - 9 * mm, 14 * mm) - 2.4 * mm
    y = down(canvas, WARNING, _WARN, SIDE, y - 5 * mm, INNER, 19 * mm)
    down(canvas, QUEUE, _MUTED, SIDE, y - 2.5 * mm, INNER, 12 * mm)


def _steps(url: str) -> list[str]:
    """A browser keeps the page for later only in a secure context: https, or this very machine."""
    address = urlsplit(url)
    secure = address.scheme == "https" or address.hostname in ("127.0.0.1", "::1", "localhost")
    return [step or (RELOAD if secure else NO_RELOAD) for step in STEPS]


def _frame(canvas: Canvas) -> None:
    """A dashed border and a plain line: nothing green, no faces, unlike everything that hangs on a wall."""
    canvas.setStrokeColor(fonts.INK)
    canvas.setLineWidth(1.2)
    canvas.setDash(3 * mm, 2 * mm)
    canvas.rect(9 * mm, 9 * mm, WIDTH - 18 * mm, HEIGHT - 18 * mm, stroke=1, fill=0)
    canvas.setDash()
    canvas.line(SIDE, HEIGHT - 34 * mm, WIDTH - SIDE, HEIGHT - 34 * mm)
