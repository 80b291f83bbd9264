#!/usr/bin/env bash
# The main job as a newcomer meets it: deploy/demo runs, a browser opens its page, the three vehicles
# drive and the muck truck has earned its alarm and is on a trip. Leaves a screenshot in each language.
#   demo_page.sh SOURCE_DIR SCREENSHOT_DIR
set -uo pipefail
source_dir=$1 shots=$2
log=$(mktemp)
mkdir -p "$shots"
command -v node >/dev/null || { echo "skipped: no node"; exit 77; }

cd "$source_dir" || exit 1
setsid deploy/demo --no-build --port 8480 >"$log" 2>&1 </dev/null &
demo=$!
finish() {
  kill -TERM "$demo" 2>/dev/null
  wait "$demo" 2>/dev/null
  rm -f "$log"
}
trap finish EXIT

for _ in $(seq 300); do
  url=$(sed -n 's/^==> the page: *\(http[^ ]*\).*/\1/p' "$log")
  [ -n "$url" ] && break
  kill -0 "$demo" 2>/dev/null || { cat "$log"; echo "deploy/demo ended"; exit 1; }
  sleep 0.2
done
[ -n "${url:-}" ] || { cat "$log"; echo "deploy/demo gave no address"; exit 1; }
node tests/e2e/page/page.mjs --url "$url" --expect-vehicles 3 --expect-moving 1 --expect-alarm MT-01 --expect-trips 1 \
  --out "$shots/demo.png" --out-en "$shots/demo-en.png" --timeout 90
