# Copyright: (c) 2026, The twoway.privatelink authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Python sources without comments and docstrings, line for line: a traceback still names the line of the original."""

from __future__ import annotations

import ast
import io
import tokenize

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def bare(source):
    """The same program with the same line numbers. User data is short, and the reasons are in the repository."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            _blank_docstring(lines, node)
    for token in tokenize.generate_tokens(io.StringIO("".join(lines)).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip() + "\n"
    return "".join(lines)


def _blank_docstring(lines, node):
    docstring = node.body[0]
    for row in range(docstring.lineno - 1, docstring.end_lineno):
        lines[row] = "\n"
    if len(node.body) == 1:
        lines[docstring.lineno - 1] = " " * docstring.col_offset + "...\n"
