"""Answers from files, as offices have them: CSV and XLSX."""
