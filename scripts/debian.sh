# shellcheck shell=bash
# Sourced by the scripts here, after they have set `venv` and `fail`.

# Takes Debian packages apart under $venv/debian, with what they depend on, leaving the system as it is.
# apt keeps its lists under .cache, so that an ordinary user can do this on a machine whose lists are empty.
debian() {
  command -v apt-get >/dev/null || fail "$1 is missing and this is not Debian; install the package that holds $1"
  local cache=$PWD/.cache/apt
  mkdir -p "$cache/lists/partial" "$cache/archives/partial" "$cache/debs" "$venv/debian"
  local apt=(-qq -o "Dir::State::lists=$cache/lists" -o "Dir::Cache=$cache" -o Debug::NoLocking=1 -o APT::Sandbox::User=)
  apt-get "${apt[@]}" update >/dev/null 2>&1 || fail "apt-get update failed, so $1 cannot be had; check the package sources"
  local packages
  packages=$(apt-cache "${apt[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
                 --no-replaces --no-enhances "$@" | grep '^[a-z0-9]' \
             | grep -vE '^(libc6|libgcc-s1|gcc-[0-9]+-base|libcrypt1|debconf.*|cdebconf|dpkg|install-info|tar|perl-base)(:|$)' | sort -u)
  # shellcheck disable=SC2086
  (cd "$cache/debs" && apt-get "${apt[@]}" download $packages >/dev/null) || fail "could not download $1; check the package sources"
  local deb
  for deb in "$cache"/debs/*.deb; do dpkg -x "$deb" "$venv/debian"; done
  rm -rf "$cache/debs"
}
