"""Passwords that everybody tries first, Indonesian ones among them. Shorter ones fall to the length rule."""

from __future__ import annotations

# Compared with the whole password in small letters.
COMMON = frozenset(
    """
    1234567890 0123456789 0987654321 9876543210 12345678910 123456789a 1234567891 123456789q 1q2w3e4r5t
    1q2w3e4r5t6y qwertyuiop qwerty1234 qwerty12345 1qaz2wsx3edc zaq12wsxcde qazwsxedcrfv asdfghjkl; asdfghjkl1
    abcdefghij abcd123456 abc1234567 a123456789 aa12345678 1122334455 1223334444 1231231231 123123123123
    112233445566 147258369a 7777777777 passw0rd123 p@ssw0rd123 iloveyou12 1029384756 q1w2e3r4t5 1a2b3c4d5e
    """.split()
)

# Compared with the password's letters alone: 'Admin#2026' and 'bismillah123' are these words.
STEMS = frozenset(
    """
    password passwordku sandi katasandi rahasia rahasiaku admin administrator adminadmin superadmin
    root operator user pengguna pengelola login masuk selamatdatang welcome letmein changeme qwerty
    qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm abc abcd abcdef iloveyou monkey dragon football
    sunshine princess superman batman naruto indonesia indonesiaraya merdeka merahputih garuda
    garudaku pancasila nusantara jakarta bandung surabaya kalimantan kaltara bulungan tanjungselor
    sulawesi sumatera jawa bali papua makassar samarinda tarakan bismillah bismilah alhamdulillah
    assalamualaikum subhanallah allahuakbar masyaallah insyaallah muhammad sayang sayangku
    sayangkamu akusayangkamu cinta cintaku cintakamu anakku mamapapa ayahibu kucing kucingku persib
    persija persebaya arema liverpool manchester barcelona realmadrid chelsea kepuasan survei
    surveikepuasan surveikepuasanmasyarakat skm ikm skmikm pelayanan layananpublik pelayananpublik
    kabupaten pemerintah pemkab pemda pemkot dinas kantor kecamatan kelurahan desa
    puskesmas dukcapil komputer internet google facebook whatsapp instagram samsung windows test
    testing tester coba cobacoba demo
    """.split()
)
