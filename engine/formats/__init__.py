"""Files and pages as others write them, read into blocks: one module for each format.

- ``kinds`` tells the format, by content type, name and first bytes; ``charset`` how text is spelled in bytes.
- ``web`` reads HTML; ``plain``, ``marked`` (Markdown), ``pdf``, ``word`` (DOCX) read texts.
- ``separated`` (CSV, TSV) and ``workbook`` (XLSX, XLS, ODS) read ``tables``, whose rows are records.
- ``archives`` and ``extents`` refuse what would fill the memory; ``contents`` is what all of them give.
"""
