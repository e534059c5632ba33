#!/usr/bin/env bash
# Everything that a container of chat-server needs, in a folder: the executable and the libraries it is linked with, a user, a place for
# data. Nothing is fetched: run it on Linux after `make build`, as `scripts/container/rootfs.sh build/rootfs`.
set -euo pipefail

made=${1:?a folder to be made}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
executable=$here/dist/chat-server
[[ -x $executable ]] || { echo "error: there is no $executable" >&2; echo "hint: make build" >&2; exit 1; }
[[ ! -e $made ]] || { echo "error: $made is there already" >&2; echo "hint: remove it, or name another" >&2; exit 1; }

root=$made/root
mkdir -p "$root"/{usr/bin,etc,tmp} "$made/volume/data"
chmod 700 "$made/volume/data"
chmod 1777 "$root/tmp"
cp "$executable" "$root/usr/bin/chat-server"

# The loader stands in its own line, without an arrow.
ldd "$executable" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
# Names are looked up by libraries that no executable is linked with.
for name in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do
  found=$(ldconfig -p | grep -o "/[^ ]*$name" | head -n 1 || true)
  [[ -z $found ]] || { mkdir -p "$root$(dirname "$found")"; cp -L "$found" "$root$found"; }
done

printf 'root:x:0:0:root:/:/nonexistent\nmutual:x:10001:10001:mutual:/data:/nonexistent\n' > "$root/etc/passwd"
printf 'root:x:0:\nmutual:x:10001:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
# For keys that are looked up at other servers over HTTPS.
if [[ -e /etc/ssl/certs/ca-certificates.crt ]]; then
  mkdir -p "$root/etc/ssl/certs"
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
fi
du -sh "$made"
