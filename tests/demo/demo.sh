#!/bin/sh
# Shows detour at work: demo.sh BUILD. Starts the bundled origin with an inventory of some 21,700
# URLs on loopback, audits it, and prints the summary and four queries.
set -eu

build=$1
dir=$build/demo
python=build/venv/bin/python
rm -rf "$dir"
mkdir -p "$dir"

"$build/inventory" "$dir/urls.txt" "$dir/table"
mkfifo "$dir/ready"
"$build/origin" --table "$dir/table" --state "$dir/origin" --die-with-parent >"$dir/ready" &
origin=$!
trap 'kill $origin 2>/dev/null; rm -f "$dir/ready"' EXIT
# "ready http=PORT dns=PORT ca=FILE" says that it listens.
read -r _ http dns ca <"$dir/ready"
http=${http#http=} dns=${dns#dns=} ca=${ca#ca=}

# The origin stays the same; only the command is shown as a person would type it.
set -- "$build/detour" audit "$dir/urls.txt" -o "$dir/out" --connect-to ":::$http" \
	--dns-server "127.0.0.1:$dns" --ca-file "$ca" --allow-address 127.0.0.0/8
echo "\$ $*"
"$@" 2>"$dir/summary.txt" || { cat "$dir/summary.txt"; exit 1; }
cat "$dir/summary.txt"

query() {
	echo
	echo "\$ $1"
	sh -c "$1"
}
echo
echo "Four questions, three to the rows and one to the findings on the whole list:"
query "zstd -dcq $dir/out/part-*.zst | jq -r 'select(.outcome == \"loop\") | .url' | sort | head -n 5"
query "zstd -dcq $dir/out/part-*.zst | jq -r '.findings[] | select(.rule == \"temporary-should-be-permanent\" and .confidence_pct >= 85).message' | head -n 3"
query "$python -c \"import duckdb; print(duckdb.sql(\\\"select h.status, count(*) as hops from (select unnest(hops) as h from read_ndjson('$dir/out/part-*.zst')) group by all order by hops desc limit 8\\\"))\""
query "zstd -dcq $dir/out/inventory-*.zst | jq -r '.severity + \"  \" + .rule + \": \" + .subject'"
echo
echo "Rows:   $dir/out/part-*.ndjson.zst, with $dir/out/_manifest.json"
echo "Whole list: $dir/out/inventory-00000.ndjson.zst, what no single chain shows"
echo "Report: $dir/summary.txt, the summary above"
