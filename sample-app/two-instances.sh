#!/bin/sh
# Runs the sample as two instances that share one Redis: sample-app/two-instances.sh [port] [port]
# Without REDIS_URL it starts a Redis of its own, which keeps nothing. Ctrl-C ends all of it.
# Each instance knows by itself who has signed in: for the chat, sign in on both.
set -eu
cd "$(dirname "$0")/.."

# In a terminal, Ctrl-C is for this script alone: it ends the instances before their Redis
if [ -t 0 ]; then
	set -m
fi

end() {
	trap - EXIT INT TERM
	for process in $instances $redis; do
		kill "$process" 2>/dev/null && wait "$process" || true
	done
}
instances= redis=
trap end EXIT
trap 'exit 130' INT TERM

echo "Building the sample"
./mvnw -B -ntp -q -pl sample-app -am package -DskipTests

if [ -z "${REDIS_URL:-}" ]; then
	if ! command -v redis-server >/dev/null; then
		echo "There is no redis-server. Install Redis, or say where one is: REDIS_URL=redis://localhost:6379 $0" >&2
		exit 1
	fi
	export REDIS_URL="redis://127.0.0.1:${REDIS_PORT:=6390}"
	redis-server --bind 127.0.0.1 --port "$REDIS_PORT" --save '' --appendonly no --loglevel warning &
	redis=$!
fi

for port in "${1:-8080}" "${2:-8081}"; do
	java -jar sample-app/target/sample-app-*.jar --spring.profiles.active=redis --server.port="$port" &
	instances="$instances $!"
done
wait
