# shellcheck shell=bash
# Sourced by the scripts here.

is_python() { [ "$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" = "$2" ]; }

# find_python <version>...: the first CPython at hand of these minor versions, on the path or among pyenv's
find_python() {
  local version candidate
  for version; do
    for candidate in "python$version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python3 python3; do
      if is_python "$candidate" "$version"; then printf '%s\n' "$candidate"; return; fi
    done
  done
  return 1
}
