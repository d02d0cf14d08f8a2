# Runs a private PostgreSQL: sh server.sh FOLDER PROGRAMS [SETTINGS …]. It makes FOLDER, with a socket in it, and removes it at its end.
# It prints "ready", and then takes orders from standard input: end, kill, start, promote. When that closes, or on SIGTERM, it ends
# the server: whoever started it may die in any way. PostgreSQL refuses to run as root, so root runs this as postgres.
# With STANDBY_OF="host=… port=…" the server is a standby of that one. PGPORT is its port, which also names its socket.
folder=$1 programs=$2
shift 2
mkdir -m 755 "$folder" || exit 1
# Nothing has to survive a crash of the machine.
if [ -n "$STANDBY_OF" ]; then
  "$programs/pg_basebackup" -d "$STANDBY_OF" -D "$folder/data" -R -X stream -c fast --no-sync >"$folder/log" 2>&1
else
  "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1
fi || { cat "$folder/log"; exit 1; }

start() {
  "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=300 \
    -c shared_buffers=64MB "$@" >>"$folder/log" 2>&1 </dev/null &
  server=$!
  until "$programs/pg_isready" -q -h "$folder"; do
    kill -0 "$server" 2>/dev/null || { cat "$folder/log"; exit 1; }
    sleep 0.05
  done
  echo ready
}

stop() {
  kill -"$1" "$server" 2>/dev/null
  wait "$server"
}

# Its children see that it is gone a moment later; until then a connection may still commit.
kill_all() {
  children=$(cat "/proc/$server/task/$server/children")
  stop KILL
  for child in $children; do
    while grep -qs '^State:.[^ZX]' "/proc/$child/status"; do sleep 0.02; done
  done
  rm -f "$folder/data/postmaster.pid"
}

finish() {
  stop QUIT
  rm -rf "$folder"
}

trap finish EXIT
trap 'exit 0' TERM INT
start "$@"
while read -r order; do
  case $order in
    start) start "$@" ;;
    end) stop QUIT; echo ended ;;
    kill) kill_all; echo ended ;;
    promote) "$programs/pg_ctl" promote -D "$folder/data" -w >>"$folder/log" 2>&1 && echo promoted ;;
  esac
done
