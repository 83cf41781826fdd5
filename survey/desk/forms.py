"""Forms of the desk. Messages are ours because WTForms speaks no Indonesian; tokens are checked in `web`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Field, Form, IntegerField, StringField, ValidationError
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, Optional, StopValidation
from wtforms.widgets import PasswordInput

from calc.report.data import STATUSES
from calc.text import lines as lines_of
from calc.text import one_line
from survey.domain import account
from survey.domain.organisation import (
    LONGEST_ADDRESS,
    LONGEST_KEY,
    LONGEST_PHONE,
    Unit,
    valid_key,
    valid_name,
)


def tidy(text: str | None) -> str:
    return one_line(text or "")


def lines(text: str | None) -> str:
    return lines_of(text or "")


def lower(text: str | None) -> str:
    return (text or "").strip().lower()


def needed(sentence: str) -> DataRequired:
    return DataRequired(sentence)


def short(most: int) -> Length:
    return Length(max=most, message=f"Paling banyak {most} karakter.")


class TextField(StringField):
    """data : a text once the form is valid; before that, None when a browser did not send the field."""

    data: str


class PasswordField(TextField):
    """A text that nobody else should see."""

    widget = PasswordInput()


class NameField(TextField):
    """The name of something, by the rule that commands follow: `survey.domain.organisation.valid_name`."""

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:
        try:
            self.data = self.data if validation_stopped else valid_name(self.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from None


class WholeField(IntegerField):
    """A whole number as people write it: 12.000 is twelve thousand."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            self.data = None
        elif re.fullmatch(r"[0-9]{1,9}|[0-9]{1,3}(\.[0-9]{3}){1,2}", text) and int(text.replace(".", "")) > 0:
            self.data = int(text.replace(".", ""))
        else:
            self.data = None
            raise ValueError("Tulis bilangan bulat lebih dari nol, misalnya 12000.")


class OneField(TextField):
    """A list to choose one from. choices : (value, words)."""

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices

    def pre_validate(self, form: BaseForm) -> None:
        if self.data not in {value for value, _ in self.choices}:
            raise StopValidation("Pilih salah satu.")


class PickField(OneField):
    """The same as round buttons, for few choices."""


class ChoicesField(Field):
    """Several boxes to tick. choices : (value, words)."""

    choices: Sequence[tuple[str, str]] = ()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist

    def pre_validate(self, form: BaseForm) -> None:
        if not set(self.data or ()) <= {value for value, _ in self.choices}:
            raise StopValidation("Pilihan tidak dikenal. Muat ulang halaman, lalu pilih lagi.")


class LoginForm(Form):
    name = TextField("Nama akun", [needed("Tulis nama akun Anda."), short(64)], filters=[lower])
    password = PasswordField("Kata sandi", [needed("Tulis kata sandi Anda."), short(account.MAX_PASSWORD)])


class CodeForm(Form):
    code = TextField(
        "Kode sekali pakai",
        [needed("Tulis kode yang Anda terima."), short(40)],
        description="Dua belas huruf dan angka, misalnya K7QM-2RXP-94TD. Huruf besar atau kecil sama saja.",
    )


class NewPasswordForm(Form):
    """names : words that the password must not be; set by the view."""

    password = PasswordField(
        "Kata sandi baru",
        [needed("Tulis kata sandi baru.")],
        description=f"Paling sedikit {account.MIN_PASSWORD} karakter. Beberapa kata yang tidak berhubungan "
        "mudah diingat dan sulit ditebak.",
    )
    again = PasswordField("Ulangi kata sandi baru", [needed("Tulis kata sandi baru sekali lagi.")])
    names: tuple[str, ...] = ()

    def validate_password(self, field: Field) -> None:
        if problem := account.password_problem(field.data, self.names):
            raise ValidationError(problem)

    def validate_again(self, field: Field) -> None:
        if field.data != self.password.data:
            raise ValidationError("Kedua kata sandi tidak sama.")


class FirstLoginForm(NewPasswordForm):
    name = TextField(
        "Nama akun",
        [needed("Pilih nama akun.")],
        filters=[lower],
        description="Huruf kecil dan angka, misalnya siti.rahma; inilah yang Anda tulis setiap kali masuk.",
    )

    def validate_name(self, field: Field) -> None:
        if problem := account.name_problem(field.data):
            raise ValidationError(problem)


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField("Kata sandi sekarang", [needed("Tulis kata sandi Anda sekarang.")])


class PersonForm(Form):
    """units : choices are set by the view."""

    role = PickField(
        "Peran",
        choices=[
            ("unit_head", "Kepala unit – hasil, laporan, dan tautan unitnya"),
            ("operator", "Operator – tautan dan lembar QR unitnya, tanpa hasil"),
            ("viewer", "Pembaca – hasil dan laporan unitnya, tanpa mengubah apa pun"),
            ("admin", "Pengelola – semua unit, pengguna, dan pengaturan"),
        ],
    )
    units = ChoicesField("Unit", description="Pengelola melihat semua unit tanpa dipilih.")

    def validate_units(self, field: Field) -> None:
        if self.role.data != "admin" and not field.data:
            raise ValidationError("Pilih paling sedikit satu unit untuk peran ini.")


class InviteForm(PersonForm):
    name = TextField(
        "Nama akun",
        [Optional(), short(40)],
        filters=[lower],
        description="Boleh dikosongkan: pengguna memilihnya sendiri saat masuk pertama kali.",
    )

    def validate_name(self, field: Field) -> None:
        if problem := account.name_problem(field.data):
            raise ValidationError(problem)


class OrganisationForm(Form):
    name = NameField(
        "Nama instansi",
        [needed("Tulis nama instansi.")],
        description="Misalnya Kabupaten Contoh.",
    )
    government = NameField(
        "Kepala surat",
        [needed("Tulis baris yang dicetak di atas setiap laporan.")],
        description="Dicetak di atas setiap laporan, misalnya PEMERINTAH KABUPATEN CONTOH.",
    )


class KeyedForm(Form):
    """taken : keys that exist already; set by the view of a new thing, whose form alone has the field."""

    key = TextField(
        "Kode singkat",
        [needed("Tulis kode singkat.")],
        filters=[lower],
        description="Huruf kecil, angka, dan tanda hubung. Tidak dapat diubah lagi.",
    )
    name = NameField("Nama", [needed("Tulis namanya.")])
    active: PickField
    taken: frozenset[str] = frozenset()

    def validate_key(self, field: Field) -> None:
        try:
            valid_key(field.data)
        except ValueError:
            raise ValidationError(
                f"Pakailah huruf kecil, angka, dan tanda hubung; paling banyak {LONGEST_KEY} karakter."
            ) from None
        if field.data in self.taken:
            raise ValidationError("Kode ini sudah dipakai. Pilih kode lain.")


ACTIVE = [("ya", "Aktif"), ("tidak", "Tidak aktif – tidak ditawarkan lagi; isian lama tetap ada")]


class UnitForm(KeyedForm):
    """sure : only where the name looks like that of another unit; likeness : what is then asked"""

    likeness = ""
    address = TextField("Alamat", [short(LONGEST_ADDRESS)], filters=[tidy])
    phone = TextField("Telepon", [short(LONGEST_PHONE)], filters=[tidy])
    population = WholeField(
        "Pengguna layanan setahun",
        [Optional()],
        description="Untuk sasaran jumlah responden menurut Krejcie dan Morgan.",
    )
    active = PickField("Status", choices=ACTIVE, default="ya")
    sure = ChoicesField("Nama yang mirip")

    def ask_about(self, other: Unit | None) -> None:
        """Ask before a unit gets the name of another one; without such a one there is nothing to ask."""
        if other is None:
            del self.sure
            return
        self.sure.choices = [("ya", f"Ya, ini unit lain daripada {other.key}; namanya memang mirip.")]
        self.likeness = (
            f"Nama ini mirip dengan nama unit '{other.name}' ({other.key}). Bila memang unit lain, centang di bawah, "
            "lalu simpan."
        )

    def validate_name(self, field: Field) -> None:
        if self.likeness and "ya" not in (self.sure.data or ()):
            raise ValidationError(self.likeness)


class ServiceForm(KeyedForm):
    population = WholeField("Pengguna layanan ini setahun", [Optional()])
    active = PickField("Status", choices=ACTIVE, default="ya")


class CounterForm(KeyedForm):
    """service : choices are set by the view; '' is the whole unit."""

    service = OneField("Layanan")
    active = PickField("Status", choices=ACTIVE, default="ya")


class LinkForm(Form):
    """Choices are set by the view; counters are named 'service/counter' by their key alone."""

    kind = PickField(
        "Dipakai di",
        choices=[("qr", "Ponsel warga – memindai QR"), ("kiosk", "Tablet bersama di loket")],
        default="qr",
    )
    service = OneField("Layanan")
    counter = OneField("Loket")


class LongField(TextField):
    """Several lines."""


class DayField(TextField):
    """A day from the browser's calendar: ``2026-09-30``."""


class SeenField(TextField):
    """What the person saw when they began to write, so that nobody overwrites what another has just written."""


class FollowUpForm(Form):
    """One promised repair. Choices of element and year, and today, are set by the view.

    day : when it was finished, once the form is valid
    """

    element = OneField("Unsur yang diperbaiki")
    action = LongField(
        "Program atau kegiatan",
        [needed("Tulis apa yang akan dikerjakan."), short(500)],
        filters=[tidy],
        description="Tulis yang dapat diperiksa, misalnya: menambah satu loket cetak pada jam sibuk.",
    )
    quarter = OneField("Triwulan", choices=[("1", "I"), ("2", "II"), ("3", "III"), ("4", "IV")])
    year = OneField("Tahun")
    owner = TextField("Penanggung jawab", [short(120)], filters=[tidy], description="Jabatan atau bidang.")
    status = PickField("Status", choices=list(STATUSES.items()), default="planned")
    done_on = DayField("Tanggal selesai", description="Hanya bila statusnya Selesai.")
    note = LongField(
        "Keterangan",
        [short(1000)],
        filters=[tidy],
        description="Apa yang dikerjakan, buktinya, atau kendalanya.",
    )
    seen = SeenField()
    today: date | None = None
    day: date | None = None

    def validate_element(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Pilih unsur yang diperbaiki.")

    def validate_done_on(self, field: Field) -> None:
        text, done = (field.data or "").strip(), self.status.data == "done"
        if not text:
            if done:
                raise ValidationError("Tulis tanggal selesainya, atau pilih status lain.")
            return
        try:
            self.day = date.fromisoformat(text)
        except ValueError:
            raise ValidationError("Tanggal ini tidak ada di kalender. Contoh: 2026-09-30.") from None
        if not done:
            raise ValidationError(
                "Tanggal selesai hanya untuk status Selesai. Kosongkan, atau ubah statusnya."
            )
        if self.today is not None and self.day > self.today:
            raise ValidationError("Tanggal selesai belum tiba.")


class TextForm(Form):
    words = LongField(
        "Kalimat",
        [needed("Tulis kalimatnya, atau kembalikan ke kalimat bawaan."), short(8000)],
        filters=[lines],
        description="Baris kosong memisahkan alinea; baris yang diawali '- ' menjadi butir. "
        "Paling banyak 8.000 karakter.",
    )
    seen = SeenField()
