#!/bin/bash
# oidc.sh start | stop: a throw-away OpenID provider on loopback, node's oidc-provider, that gives tokens for client
# credentials; all of it below $D but the modules, which `npm ci` puts below build/ once.
#
# Environment: D (required)   the folder
#   TTL             seconds that a token holds (default 300)
#   SECRET          of the client `by-secret`, and of `resource`, which may ask whether a token holds (default hemmelig)
#   TLS             where CA and server certificate are kept (default build/tls, which slapd.sh makes)
# $D/env, to be sourced, gives OIDC_URL (no slash behind), CA, and PID. The client `by-assertion` signs with the key
# and certificate $D/client.key and $D/client.pem.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/servers/oidc
modules=$root/build/oidc

die() { echo "oidc.sh: $*" >&2; exit 1; }

# The versions of the lock file, in a folder of their own; once for all that run at the same time.
install_modules() {
	mkdir -p "$modules"
	# Node brings authorities of its own; the machine's are those that its network may need.
	export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
	(
		flock 9
		cmp -s "$here/package-lock.json" "$modules/installed" && exit
		cp "$here/package.json" "$here/package-lock.json" "$modules"
		for _ in 1 2 3; do
			(cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund) &&
				cp "$here/package-lock.json" "$modules/installed" && exit
			sleep 5
		done
		exit 1
	) 9>"$modules/lock" >"$modules/log" 2>&1 || die "npm: $(tail -20 "$modules/log")"
}

start() {
	local port pid
	mkdir -p "$D"
	install_modules
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=postvagt test client" \
		-keyout "$D/client.key" -out "$D/client.pem" 2>/dev/null
	chmod 600 "$D/client.key"
	# What names a proxy, or a module of one's own, is not for this server.
	env -i PATH="$PATH" HOME="$D" PORT=0 KEY="$TLS/server.key" CERT="$TLS/server.pem" \
		CLIENT_CERT="$D/client.pem" SECRET="$SECRET" TTL="$TTL" MODULES="$modules/package.json" \
		node "$here/provider.js" >"$D/oidc.out" 2>"$D/oidc.log" </dev/null &
	pid=$!
	for _ in $(seq 300); do
		port=$(sed -n 's/^port //p' "$D/oidc.out")
		[ -z "$port" ] || break
		kill -0 "$pid" 2>/dev/null || die "node: $(tail -20 "$D/oidc.log")"
		sleep 0.1
	done
	[ -n "$port" ] || { kill "$pid"; die "node says no port within 30 s: $(tail -20 "$D/oidc.log")"; }
	printf '%s\n' "OIDC_URL=https://127.0.0.1:$port" "CA=$TLS/ca.pem" "PID=$pid" >"$D/env"
}

stop() {
	[ -e "$D/env" ] || return 0
	# shellcheck disable=SC1091
	. "$D/env"
	kill "$PID" 2>/dev/null || true
	rm -f "$D/env"
}

[ -n "${D:-}" ] || die "D is not set"
TTL=${TTL:-300} SECRET=${SECRET:-hemmelig} TLS=${TLS:-$root/build/tls}
case ${1:-} in
start | stop) "$1" ;;
*) die "usage: oidc.sh start | stop" ;;
esac
