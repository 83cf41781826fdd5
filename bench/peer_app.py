"""The usual way: Flask-WTF with a field for each question, and SQLAlchemy's ORM. For gunicorn: ``bench.peer_app:app``.

PEER_DATABASE names its SQLite file, PEER_SYNCHRONOUS is NORMAL or FULL. No counters are kept.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from flask import Flask, jsonify
from flask_wtf import FlaskForm
from sqlalchemy import Index, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.stands import ITEMS, form


class Base(DeclarativeBase):
    pass


class Answer(Base):
    __tablename__ = "answer"
    id: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str]
    at: Mapped[datetime]
    language: Mapped[str]
    remark: Mapped[str]
    profile: Mapped[str]
    persyaratan: Mapped[int | None]
    prosedur: Mapped[int | None]
    waktu: Mapped[int | None]
    biaya: Mapped[int | None]
    produk: Mapped[int | None]
    kompetensi: Mapped[int | None]
    perilaku: Mapped[int | None]
    sarana: Mapped[int | None]
    pengaduan: Mapped[int | None]
    __table_args__ = (Index("answer_unit", "unit", "at"),)


engine = create_engine(f"sqlite:///{os.environ['PEER_DATABASE']}", connect_args={"timeout": 20})


@event.listens_for(engine, "connect")
def _set(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute(f"PRAGMA synchronous = {os.environ['PEER_SYNCHRONOUS']}")


Base.metadata.create_all(engine)
PeerForm = type("PeerForm", (form(), FlaskForm), {})
app = Flask("peer")
app.config.update(SECRET_KEY="peer", WTF_CSRF_ENABLED=False)


@app.post("/")
def take() -> Any:
    read = PeerForm()
    if not read.validate_on_submit():
        return jsonify(errors=read.errors), 422
    with Session(engine) as session:
        session.add(
            Answer(
                id=read.id.data,
                unit="unit-000",
                at=datetime.now(UTC),
                language="id",
                remark=read.saran.data or "",
                profile=f"{read.jenis_kelamin.data},{read.usia.data}",
                **{item: int(read[item].data) if read[item].data else None for item in ITEMS},
            )
        )
        session.commit()
    return jsonify(id=read.id.data, status="kept"), 201
