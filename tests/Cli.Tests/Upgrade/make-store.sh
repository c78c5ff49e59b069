#!/usr/bin/env bash
# Makes the store that UpgradeTests reads: starts the silo of an earlier version on a new SQLite file, fills it with that version's own tool, and keeps the
# file beside what that version answered.
#   make-store.sh COMMIT NAME    writes NAME.db.gz and NAME.answers.jsonl.gz beside this script; 0.5.0 is commit e6a927d
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'kill "${silo:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
git -C "$(git -C "$here" rev-parse --show-toplevel)" archive "$1" | tar -x -C "$work"
cd "$work"
dotnet build src/Cli -c Release -v quiet >&2
tool="dotnet src/Cli/bin/Release/net10.0/iqdbflat.dll"
port=$((20000 + RANDOM % 20000))
dotnet src/Silo/bin/Release/net10.0/IqdbFlat.Silo.dll --IqdbFlat:Storage:Path "$work/old.db" \
  --IqdbFlat:Silo:SiloPort $port --IqdbFlat:Silo:GatewayPort $((port + 1)) --IqdbFlat:Silo:HttpPort $((port + 2)) >"$work/ready" 2>"$work/log" &
silo=$!
until grep -q ready "$work/ready"; do kill -0 $silo; sleep 0.2; done
run() { $tool "$1" "${@:2}" --gateway 127.0.0.1:$((port + 1)); }

# COUNT FIRST MARK DIMENSION: rows whose vectors gather, tie and differ, with metadata of every kind that the version has.
rows() {
  awk -v n="$1" -v first="$2" -v mark="$3" -v dim="$4" 'BEGIN {
    for (i = first; i < first + n; i++) {
      v = ""
      for (j = 0; j < dim; j++) v = v (j ? "," : "") ((i * 7 + j * 13) % 23 - 11) / 4
      m = i % 5 == 0 ? "" : sprintf(",\"metadata\":{\"n\":%d,\"half\":%.1f,\"mark\":\"%s\",\"even\":%s%s}", i, i / 2, mark, i % 2 ? "false" : "true", i % 3 ? "" : ",\"none\":null")
      printf "{\"id\":%s,\"vector\":[%s]%s}\n", i % 7 == 6 ? sprintf("{\"bytes\":\"%06x\"}", i) : i, v, m
    }
  }'
}

run create folded --dimension 3 --metric euclidean --shards 1
rows 2300 0 first 3 >folded.jsonl
run ingest folded folded.jsonl --batch-rows 1
rows 60 100 second 3 >again.jsonl
run ingest folded again.jsonl --upsert
run delete folded 3 4 5
run create spread --dimension 5 --metric cosine --shards 3
rows 400 0 spread 5 >spread.jsonl
run ingest spread spread.jsonl --batch-rows 50
run rename spread wide
run create gone --dimension 2 --metric hamming --shards 2
run drop gone --yes
run create empty --dimension 2 --metric manhattan --shards 2

for index in folded wide; do
  run export $index $index.out.jsonl
  awk -v index_name=$index '{ printf "{\"index\":\"%s\",\"row\":%s}\n", index_name, $0 }' $index.out.jsonl >>answers.jsonl
done
run search folded --vector "0.5,-1,2" --k 40 --json | awk '{ printf "{\"index\":\"folded\",\"query\":[0.5,-1,2],\"answer\":%s}\n", $0 }' >>answers.jsonl
run search wide --vector "1,0,-1,0.25,2" --k 40 --filter "even = true and n >= 20" --json |
  awk '{ printf "{\"index\":\"wide\",\"query\":[1,0,-1,0.25,2],\"filter\":\"even = true and n >= 20\",\"answer\":%s}\n", $0 }' >>answers.jsonl
kill $silo
wait $silo || true
rm -f "$work/old.db-shm"
[ ! -s "$work/old.db-wal" ] || { echo "the silo left a log beside its file" >&2; exit 1; }
gzip -9 -n -c old.db >"$here/$2.db.gz"
gzip -9 -n -c answers.jsonl >"$here/$2.answers.jsonl.gz"
ls -l "$here" >&2
