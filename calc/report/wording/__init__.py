"""What the full report says where the office has not written its own words: each function makes one block of text.

Paragraphs are parted by an empty line; lines that begin with '- ' are a list. The words follow the numbers, for
nobody, few and many answers alike.
"""
