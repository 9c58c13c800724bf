# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Sources without what only people read. User data is short, and the reasons are in the repository."""

from __future__ import annotations

import ast
import io
import tokenize

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def bare(source):
    """The same Python program, less the types of its parameters, line for line: a traceback names the original's."""
    lines = source.splitlines(keepends=True)
    tree = ast.parse(source)
    _cut(lines, (span for node in ast.walk(tree) for span in _annotations(node)))
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            _blank_docstring(lines, node)
    for token in tokenize.generate_tokens(io.StringIO("".join(lines)).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return "".join(lines)


def without_comment_lines(text):
    """The same shell script or systemd unit."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("# "))


def _annotations(node):
    """Where the types of a function's parameters stand: (row, from column, to column), one-line ones alone.

    Those of class attributes stay: a dataclass is made of them.
    """
    if isinstance(node, ast.arg) and node.annotation and node.lineno == node.annotation.end_lineno:
        yield node.lineno - 1, node.col_offset + len(node.arg), node.annotation.end_col_offset


def _cut(lines, spans):
    for row, begin, end in sorted(spans, reverse=True):
        lines[row] = lines[row][:begin] + lines[row][end:]


def _blank_docstring(lines, node):
    docstring = node.body[0]
    for row in range(docstring.lineno - 1, docstring.end_lineno):
        lines[row] = "\n"
    if len(node.body) == 1:
        lines[docstring.lineno - 1] = " " * docstring.col_offset + "...\n"
