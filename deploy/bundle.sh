#!/usr/bin/env bash
# Makes an archive of the whole program that runs in any folder of any x86-64 Linux with glibc 2.36 or later, with or
# without a GPU: the program, the pages, the samples, and every library but glibc's own. What was built without CUDA
# has -cpu in its name. Where BUILD has the benchmarks they come along, so that a server is measured on a machine
# that has nothing to build with: bench/end_to_end.py --build bench --only device
#
# Usage: deploy/bundle.sh [ARCHIVE [BUILD]]
#   ARCHIVE  where it goes; build/framewright-VERSION-linux-x86_64[-cpu].tar.gz when left out
#   BUILD    the folder with the program, build/bench with the benchmarks; build/release when left out
set -euo pipefail
cd "$(dirname "$0")/.."

build=${2:-build/release}
program=$build/framewright
[[ -x $program ]] || { echo "$program is not there: ./dev build makes it" >&2; exit 1; }
command -v patchelf >/dev/null || { echo "patchelf is missing" >&2; exit 1; }
version=$("$program" version)
name=framewright-$(awk '$1 == "framewright" { print $2; exit }' <<<"$version")-linux-x86_64
if grep -Eq '^CUDA +none$' <<<"$version"; then
  name=$name-cpu
  echo "$program was built without CUDA: the bundle will not use a GPU" >&2
fi
archive=${1:-build/$name.tar.gz}

# Newer than what it is linked with is fine, older is not, and two of them in one process never are.
is_of_glibc() {
  case $1 in
    linux-vdso* | ld-linux* | libc.so* | libm.so* | libmvec.so* | libpthread.so* | libdl.so* | librt.so* | \
      libresolv.so* | libutil.so* | libanl.so* | libnss_*) return 0 ;;
  esac
  return 1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/$name
mkdir -p "$tree/lib"
# RPATH and not RUNPATH: libraries find theirs by the program's, whatever LD_LIBRARY_PATH says.
add_program() {
  local library path
  cp "$build/$1" "$tree/$2"
  strip --strip-unneeded "$tree/$2"
  while read -r library _ path _; do
    is_of_glibc "$(basename "$library")" && continue
    [[ -f $path ]] || { echo "$library, which $1 needs, is not on this machine" >&2; exit 1; }
    cp -L "$path" "$tree/lib/$library"
  done < <(ldd "$build/$1")
  patchelf --force-rpath --set-rpath "$3" "$tree/$2"
}

add_program framewright framewright "\$ORIGIN/lib"
if [[ -x $build/ws_load ]]; then
  mkdir "$tree/bench"
  for one in ws_load ws_echo hand_loop make_photo; do add_program "$one" "bench/$one" "\$ORIGIN/../lib"; done
  cp bench/end_to_end.py bench/results.py "$tree/bench/"
  ln -s ../framewright "$tree/bench/framewright"
fi
for library in "$tree"/lib/*; do patchelf --force-rpath --set-rpath "\$ORIGIN" "$library"; done
cp -r web "$tree/web"
cp -r "$build/samples" "$tree/samples"
mkdir "$tree/config" && cp config/default.yaml "$tree/config/"
cp LICENSE README.md "$tree/"

newest=$(for file in "$tree/framewright" "$tree"/lib/*; do objdump -T "$file"; done |
  grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
if [[ $(printf '%s\n' GLIBC_2.36 "$newest" | sort -V | tail -1) != GLIBC_2.36 ]]; then
  echo "the bundle would need $newest; it has to be built where glibc is 2.36 or older" >&2
  exit 1
fi
mkdir -p "$(dirname "$archive")"
tar --owner=0 --group=0 --sort=name -C "$work" -czf "$archive" "$name"
echo "$archive: $(du -h "$archive" | cut -f1), needs $newest"
