"""A framework document as data, without Django and without a database.

shape        may it be taken in at all, and how it is written out
parts        the pieces an administrator edits, one page each
difference   what changed between two documents, field by field and word by word
crosswalk    which criterion became which
"""
