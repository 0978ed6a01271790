#!/bin/bash
# keycloak.sh start | stop: a throw-away Keycloak 24 on loopback, as OS2mo has one, with a realm `mo`; all of it below $D
# (400 MB on disk, and as much memory; up after a minute). What is downloaded stays below build/.
#
# Environment: D (required)   the folder
#   TTL             seconds that a token holds (default 300)
#   TLS             where CA and server certificate are kept (default build/tls, which slapd.sh makes)
# $D/env, to be sourced, gives KEYCLOAK_URL (of the realm, no slash behind), CA, and PID. The client `by-secret` has the
# secret hemmelig; `by-assertion` signs with the key and certificate $D/client.key and $D/client.pem.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
version=24.0.5
sha256=5a0332a57d7bef07cf79dbde621589bd8e58a323c314649c2b7c495b60385c6c
url=https://repo1.maven.org/maven2/org/keycloak/keycloak-quarkus-dist/$version/keycloak-quarkus-dist-$version.tar.gz
archive=$root/build/keycloak/keycloak-$version.tar.gz

die() { echo "keycloak.sh: $*" >&2; exit 1; }

download() {
	mkdir -p "$(dirname "$archive")"
	(
		flock 9
		[ ! -e "$archive" ] || exit 0
		curl -sS --fail --retry 5 --retry-connrefused -o "$archive.new" "$url" || exit 1
		echo "$sha256  $archive.new" | sha256sum -c --quiet || exit 1
		mv "$archive.new" "$archive"
	) 9>"$archive.lock" || die "cannot download $url"
}

realm() {
	local certificate
	certificate=$(openssl x509 -in "$D/client.pem" -outform DER | base64 -w0)
	cat <<-END
		{"realm": "mo", "enabled": true, "accessTokenLifespan": $TTL, "clients": [
		 {"clientId": "by-secret", "secret": "hemmelig", "clientAuthenticatorType": "client-secret",
		  "enabled": true, "publicClient": false, "serviceAccountsEnabled": true, "standardFlowEnabled": false},
		 {"clientId": "by-assertion", "clientAuthenticatorType": "client-jwt",
		  "attributes": {"jwt.credential.certificate": "$certificate"},
		  "enabled": true, "publicClient": false, "serviceAccountsEnabled": true, "standardFlowEnabled": false}]}
	END
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
	local home=$D/keycloak-$version port pid
	mkdir -p "$D"
	download
	tar -xzf "$archive" -C "$D"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=postvagt test client" \
		-keyout "$D/client.key" -out "$D/client.pem" 2>/dev/null
	chmod 600 "$D/client.key"
	mkdir -p "$home/data/import"
	realm >"$home/data/import/mo.json"
	port=$(free_port)
	# A session of its own, so that stop ends the script and its Java by one number.
	env -i PATH="$PATH" HOME="$D" LANG=C.UTF-8 JAVA_OPTS_KC_HEAP="-Xms64m -Xmx256m" \
		setsid "$home/bin/kc.sh" start-dev --import-realm --http-host=127.0.0.1 --https-port="$port" \
		--http-port="$(free_port)" --https-certificate-file="$TLS/server.pem" \
		--https-certificate-key-file="$TLS/server.key" >"$D/keycloak.log" 2>&1 </dev/null &
	pid=$!
	printf '%s\n' "KEYCLOAK_URL=https://127.0.0.1:$port/realms/mo" "CA=$TLS/ca.pem" "PID=$pid" >"$D/env"
	for _ in $(seq 300); do
		curl -s --fail --noproxy '*' --cacert "$TLS/ca.pem" -o "$D/realm.json" \
			"https://127.0.0.1:$port/realms/mo" && return
		kill -0 "$pid" 2>/dev/null || die "ended early: $(tail -20 "$D/keycloak.log")"
		sleep 1
	done
	stop
	die "not up within 300 s: $(tail -20 "$D/keycloak.log")"
}

stop() {
	[ -e "$D/env" ] || return 0
	# shellcheck disable=SC1091
	. "$D/env"
	kill -- "-$PID" 2>/dev/null || true
	for _ in $(seq 100); do
		kill -0 -- "-$PID" 2>/dev/null || break
		sleep 0.1
	done
	kill -9 -- "-$PID" 2>/dev/null || true
	rm -rf "$D/env" "$D/keycloak-$version"
}

[ -n "${D:-}" ] || die "D is not set"
TTL=${TTL:-300} TLS=${TLS:-$root/build/tls}
case ${1:-} in
start | stop) "$1" ;;
*) die "usage: keycloak.sh start | stop" ;;
esac
