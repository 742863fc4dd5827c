"""Suggestions for a task, by rules over its words: the fields a sentence asks for, the processor that suits.

``phrases`` cuts a sentence up, ``subjects`` finds what it is about, ``known`` and ``kinds`` tell what value
a phrase asks for, ``wording`` names and describes it, ``spec`` puts the schemas together; ``processor``
weighs a task spec.
"""
