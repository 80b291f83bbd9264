#!/usr/bin/env bash
# Installs into an empty folder and looks there for every path that the units and the examples name, and for every
# user and group that units and udev rules name.
set -euo pipefail
source=$1 build=$2
for program in terminal/app/lujing-terminal platform/app/lujing-platform ctl/lujing-ctl web/index.html; do
  [ -e "$build/$program" ] || { echo "skipped: $build/$program is not built"; exit 77; }
done
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
wrong=0
bad() { echo "WRONG: $*"; wrong=1; }

DESTDIR=$root cmake --install "$build" --prefix /usr >"$root/log" || { cat "$root/log"; exit 1; }
units=("$root"/usr/lib/systemd/system/*.service)
[ ${#units[@]} = 2 ] || bad "two units are expected, found: ${units[*]}"
users=$root/usr/lib/sysusers.d/lujing.conf
examples=("$root"/usr/share/doc/lujing/examples/*.toml)

# A path below /usr is ours to install; /etc and /var are the operator's.
while read -r path; do
  [ -e "$root$path" ] || bad "$path is named and not installed"
done < <(grep -hv '^ *#' "${units[@]}" "${examples[@]}" | grep -oE '/usr/[A-Za-z0-9_./-]+' | sort -u)

known_user() { grep -qE "^u +$1 " "$users"; }
known_group() { known_user "$1" || grep -qE "^g +$1 " "$users" || [ "$1" = dialout ]; }
for unit in "${units[@]}"; do
  while read -r user; do known_user "$user" || bad "$(basename "$unit") runs as $user, whom nothing makes"; done \
    < <(sed -n 's/^User=//p' "$unit")
  while read -r group; do known_group "$group" || bad "$(basename "$unit") wants the group $group, which nothing makes"; done \
    < <(sed -nE 's/^(Group|SupplementaryGroups)=//p' "$unit" | tr ' ' '\n')
  grep -q '^StateDirectory=' "$unit" || bad "$(basename "$unit") has no folder to write to"
done
while read -r group; do known_group "$group" || bad "a udev rule names the group $group, which nothing makes"; done \
  < <(grep -ho 'GROUP="[^"]*"' "$root"/usr/lib/udev/rules.d/*.rules | cut -d'"' -f2 | sort -u)

# Where the units' state folders are, the examples keep their data.
for pair in lujing-terminal:terminal lujing-platform:platform; do
  state=$(sed -n 's/^StateDirectory=//p' "$root/usr/lib/systemd/system/${pair%%:*}.service")
  grep -q "^data_dir = \"/var/lib/$state\"" "$root/usr/share/doc/lujing/examples/${pair##*:}.toml" ||
    bad "${pair##*:}.toml does not keep its data in /var/lib/$state, the only place that the unit lets it write"
done

for program in lujing-terminal lujing-platform lujing-ctl; do
  "$root/usr/bin/$program" --version >/dev/null || bad "$program does not start"
done
# The users, made for real in the empty folder, where systemd is there to do it.
if command -v systemd-sysusers >/dev/null; then
  mkdir -p "$root/etc"
  printf 'root:x:0:\ndialout:x:20:\n' >"$root/etc/group"
  systemd-sysusers --root="$root" >>"$root/log" 2>&1 || { cat "$root/log"; bad "systemd-sysusers refuses $users"; }
  for user in lujing lujing-platform; do grep -q "^$user:" "$root/etc/passwd" || bad "$user was not made"; done
  grep -qE '^gpio:.*lujing' "$root/etc/group" || bad "lujing is not in the group gpio"
fi
[ $wrong = 0 ] && echo "installed: $(find "$root/usr" -type f | wc -l) files, and every path, user and group that is named"
exit $wrong
