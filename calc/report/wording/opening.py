"""Foreword and introduction: why there is a survey, on what law it rests, what it is for."""

from __future__ import annotations

from calc.report.data import ReportData
from calc.report.wording.phrases import capital, outcome, period_of, unit_of

IN_FORCE = "PermenPANRB Nomor 14 Tahun 2017"


def foreword(data: ReportData) -> str:
    """Kata pengantar."""
    unit, period = unit_of(data), period_of(data.result)
    told, thanked = "cara survei dilaksanakan", ""
    if data.result.n:
        told += ", hasil yang diperoleh, analisis unsur pelayanan, dan tindak lanjutnya"
        thanked = "masyarakat yang bersedia menilai pelayanan kami, serta kepada "
    return (
        "Puji syukur kami panjatkan ke hadirat Tuhan Yang Maha Esa, karena atas rahmat-Nya laporan pelaksanaan "
        f"Survei Kepuasan Masyarakat (SKM) {unit} untuk {period} dapat disusun.\n\n"
        f"Laporan ini menerangkan {told}. {outcome(data)}\n\n"
        f"Kami menyampaikan terima kasih kepada {thanked}semua pihak yang membantu pelaksanaan survei. Kami "
        "mengharapkan saran dan masukan agar pelayanan maupun survei berikutnya menjadi lebih baik."
    )


def background(data: ReportData) -> str:
    """1.1 Latar Belakang."""
    unit, period = unit_of(data), period_of(data.result)
    told = (
        "Laporan ini memuat hasilnya sebagai bahan perbaikan pelayanan dan sebagai pertanggungjawaban kepada "
        "masyarakat."
        if data.result.n
        else "Belum ada isian yang masuk; laporan ini menerangkan cara survei dilaksanakan."
    )
    duty = (
        "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 14 Tahun 2017 mewajibkan "
        "penyelenggara pelayanan publik melakukan Survei Kepuasan Masyarakat secara berkala, paling sedikit satu "
        "kali dalam setahun. "
        if data.instrument.regulation == IN_FORCE
        else ""
    )
    return (
        "Masyarakat yang dilayani paling mengetahui apakah suatu pelayanan mudah diurus, tepat waktu, dan "
        "diberikan dengan baik. Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik mewajibkan "
        "penyelenggara mengikutsertakan masyarakat dalam penyelenggaraan pelayanan publik. Penilaian masyarakat "
        "karena itu menjadi bagian dari upaya memperbaiki pelayanan.\n\n"
        f"{duty}Survei itu mengukur pendapat penerima layanan dengan kuesioner yang sama bagi semua responden dan "
        "menghasilkan Indeks Kepuasan Masyarakat (IKM), sehingga mutu pelayanan dapat dibandingkan antarunsur, "
        "antarlayanan, dan antarperiode.\n\n"
        f"{capital(unit)} melaksanakan survei tersebut pada {period}. {told}"
    )


def legal_basis(data: ReportData) -> str:
    """1.2 Dasar Pelaksanaan SKM: only what was read in its source."""
    own = data.instrument.regulation
    if own == IN_FORCE:
        own = (
            "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 14 Tahun 2017 tentang "
            "Pedoman Penyusunan Survei Kepuasan Masyarakat Unit Penyelenggara Pelayanan Publik."
        )
    else:
        own = f"{own}, yang menjadi dasar kuesioner dan tabel mutu dalam laporan ini."
    return (
        "Survei Kepuasan Masyarakat dilaksanakan berdasarkan:\n\n"
        "- Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik;\n"
        "- Peraturan Pemerintah Nomor 96 Tahun 2012 tentang Pelaksanaan Undang-Undang Nomor 25 Tahun 2009 tentang "
        "Pelayanan Publik;\n"
        f"- {own}"
    )


def aims(data: ReportData) -> str:
    """1.3 Maksud dan Tujuan."""
    unit = unit_of(data)
    return (
        "Survei ini dimaksudkan untuk memperoleh gambaran yang terukur mengenai kepuasan masyarakat atas pelayanan "
        f"{unit}. Tujuannya adalah:\n\n"
        "- mengetahui nilai Indeks Kepuasan Masyarakat dan mutu pelayanan pada periode yang dilaporkan;\n"
        "- mengetahui unsur pelayanan yang sudah baik dan yang masih lemah menurut penerima layanan;\n"
        "- menyediakan dasar bagi rencana tindak lanjut perbaikan pelayanan."
    )


def targets(data: ReportData) -> str:
    """Sasaran."""
    return (
        "Sasaran yang hendak dicapai melalui survei ini:\n\n"
        "- masyarakat sebagai penerima layanan turut serta menilai kinerja penyelenggara;\n"
        "- penyelenggara terdorong untuk meningkatkan kualitas pelayanannya;\n"
        "- penyelenggara menemukan cara baru yang membuat pelayanan lebih mudah dan lebih cepat;\n"
        "- perkembangan kepuasan masyarakat dapat diikuti dari periode ke periode."
    )


def benefits(data: ReportData) -> str:
    """Manfaat."""
    return (
        "Hasil survei bermanfaat untuk:\n\n"
        "- mengenali kelemahan setiap unsur dalam penyelenggaraan pelayanan;\n"
        "- menilai kinerja penyelenggaraan pelayanan secara berkala;\n"
        "- menetapkan kebijakan dan tindak lanjut yang sesuai dengan kebutuhan penerima layanan;\n"
        "- mendorong perbaikan yang sehat di antara unit dan layanan;\n"
        "- memberi tahu masyarakat tentang mutu pelayanan yang mereka terima."
    )
