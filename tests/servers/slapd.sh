#!/bin/bash
# slapd.sh start [LDIF...] | stop | restart | status | dump: a throw-away OpenLDAP on loopback, all of it below $D.
#
#   start    a new directory with these LDIF files in it (none: empty); free ports; $D/env says where it is
#   restart  the same ports and the same data, also after stop or a crash
#   status   its pid and addresses, or 1
#   dump     what is in it, sorted, without operational attributes; also while it is down
#
# Environment: D (required)   the folder
#   SUFFIX          dc=eksempel,dc=dk
#   OVERLAYS        of: accesslog syncprov refint memberof (no memberOf for what the LDIF files bring)
#   GLOBAL_EXTRA    more lines for the global part of slapd.conf
#   DB_EXTRA        more lines for the database (default dbnosync: no fsync a write)
#   PLAIN           not empty: without postvagt's own schema (and with an ACL that does not name it)
#   ACL             the database's access lines, instead of those below
#   LOGLEVEL        of $D/slapd.log, as slapd's -d; "stats" has a line an operation
#   TLS             where CA and server certificate are kept (default build/tls)
#   HOST            the address that it listens on (default 127.0.0.1, which alone the certificate names)
# $D/env, to be sourced, gives URL LDAPS_URL LDAPI_URL CA SUFFIX ADMIN PASSWORD PID, and what restart needs besides.
# Over ldapi, EXTERNAL is the service account cn=postvagt,ou=Tjenester; it and cn=hr,ou=Tjenester have the passwords
# that the LDIF gives them. Unless ACL says otherwise, the former may write `member` below ou=Lister, and make and
# delete lists there; the latter may write absences.
set -euo pipefail
export LC_ALL=C LDAPNOINIT=1 PATH=$PATH:/usr/sbin
root=$(cd "$(dirname "$0")/../.." && pwd)

die() { echo "slapd.sh: $*" >&2; exit 1; }

# A CA and a server certificate for 127.0.0.1, made once for all slapds and again before they expire.
certificates() {
	local ca=$TLS/ca.pem key=$TLS/server.key cert=$TLS/server.pem
	mkdir -p "$TLS"
	(
		flock 9
		openssl x509 -checkend 86400 -noout -in "$cert" >/dev/null 2>&1 && exit
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
			-subj "/CN=postvagt test CA" -addext basicConstraints=critical,CA:TRUE \
			-addext keyUsage=critical,keyCertSign -keyout "$TLS/ca.key" -out "$ca"
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
			-subj "/CN=127.0.0.1" -keyout "$key" -out "$TLS/server.csr"
		openssl x509 -req -in "$TLS/server.csr" -CA "$ca" -CAkey "$TLS/ca.key" -CAcreateserial -days 365 \
			-extfile <(echo "subjectAltName=IP:127.0.0.1") -out "$cert"
	) 9>"$TLS/lock" >"$TLS/log" 2>&1 || die "openssl: $(cat "$TLS/log")"
}

default_acl() {
	local agent="dn.exact=\"cn=postvagt,ou=Tjenester,$SUFFIX\"" hr="dn.exact=\"cn=hr,ou=Tjenester,$SUFFIX\""
	cat <<-END
		access to attrs=userPassword by anonymous auth by * none
		access to dn.subtree="ou=Lister,$SUFFIX" attrs=member by $agent write by users read
		access to dn.subtree="ou=Lister,$SUFFIX" attrs=entry,children by $agent write by users read
		access to attrs=postvagtAbsentFrom,postvagtAbsentUntil,postvagtAbsence by $hr write by users read
		access to * by users read by * none
	END
}

overlay() {
	echo "overlay $1"
	case $1 in
	accesslog) printf '%s\n' "logdb cn=accesslog" "logops writes" "logold (objectClass=*)" ;;
	syncprov) echo "syncprov-sessionlog 10000" ;;
	refint) echo "refint_attributes member manager" ;;
	dynlist) echo "dynlist-attrset groupOfURLs memberURL member" ;;
	esac
}

configuration() {
	local name
	printf '%s\n' "modulepath /usr/lib/ldap" "moduleload back_mdb"
	for name in $OVERLAYS; do echo "moduleload $name"; done
	for name in core cosine inetorgperson; do echo "include /etc/ldap/schema/$name.schema"; done
	cat <<-END
		${PLAIN:+#}include "$root/ldif/postvagt.schema"
		pidfile "$D/slapd.pid"
		argsfile "$D/slapd.args"
		sizelimit unlimited
		TLSCACertificateFile "$TLS/ca.pem"
		TLSCertificateFile "$TLS/server.pem"
		TLSCertificateKeyFile "$TLS/server.key"
		authz-regexp "gidNumber=[0-9]+\\\\+uidNumber=$(id -u),cn=peercred,cn=external,cn=auth"
		  "cn=postvagt,ou=Tjenester,$SUFFIX"
		$GLOBAL_EXTRA

	END
	[[ " $OVERLAYS " != *" accesslog "* ]] || cat <<-END
		database mdb
		suffix cn=accesslog
		rootdn "cn=admin,$SUFFIX"
		directory "$D/accesslog"
		maxsize 8589934592
		dbnosync
		index reqStart,objectClass eq

	END
	cat <<-END
		database mdb
		suffix "$SUFFIX"
		rootdn "cn=admin,$SUFFIX"
		rootpw hemmeligt
		directory "$D/db"
		maxsize 8589934592
		index objectClass,entryUUID,entryCSN,uid,cn,mail,employeeNumber,member,manager eq
		${PLAIN:+#}index postvagtRole eq,sub
		$DB_EXTRA
		${ACL:-$(default_acl)}
	END
	for name in $OVERLAYS; do overlay "$name"; done
}

# Ours, alive, and not a stranger that got the number: a dead one's command line is empty.
alive() { [ -n "${PID:-}" ] && tr '\0' '\n' 2>/dev/null <"/proc/$PID/cmdline" | grep -qxF "$D/slapd.conf"; }

answers() { ldapsearch -x -LLL -o nettimeout=1 -H "$LDAPI_URL" -s base -b '' 1.1 >/dev/null 2>&1; }

# Start on PORT and SPORT, and wait until it answers on its own socket: by then all ports are open.
launch() {
	local i
	URL=ldap://$HOST:$PORT LDAPS_URL=ldaps://$HOST:$SPORT LDAPI_URL=ldapi://${D//\//%2F}%2Fldapi
	(
		exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- # none of the caller's locks and pipes live on in slapd
		exec setsid slapd -f "$D/slapd.conf" -h "$URL $LDAPS_URL $LDAPI_URL" -d "$LOGLEVEL"
	) </dev/null >>"$D/slapd.log" 2>&1 &
	PID=$!
	for ((i = 0; i < 3000; i++)); do
		! answers || return 0
		kill -0 $PID 2>/dev/null || return 1
		sleep 0.02
	done
	kill -KILL $PID
	die "slapd does not answer: $(tail -n 20 "$D/slapd.log")"
}

write_env() {
	cat >"$D/env.new" <<-END
		URL='$URL'
		LDAPS_URL='$LDAPS_URL'
		LDAPI_URL='$LDAPI_URL'
		CA='$TLS/ca.pem'
		SUFFIX='$SUFFIX'
		ADMIN='cn=admin,$SUFFIX'
		PASSWORD='hemmeligt'
		PID=$PID
		HOST='$HOST'
		PORT=$PORT
		SPORT=$SPORT
		TLS='$TLS'
		LOGLEVEL='$LOGLEVEL'
	END
	mv "$D/env.new" "$D/env"
}

start() {
	local file try
	SUFFIX=${SUFFIX:-dc=eksempel,dc=dk} OVERLAYS=${OVERLAYS:-} ACL=${ACL:-} LOGLEVEL=${LOGLEVEL:-none}
	HOST=${HOST:-127.0.0.1} GLOBAL_EXTRA=${GLOBAL_EXTRA:-} DB_EXTRA=${DB_EXTRA-dbnosync} TLS=${TLS:-$root/build/tls}
	! alive || die "runs already in $D, pid $PID"
	rm -rf "$D/db" "$D/accesslog" "$D/env" "$D/slapd.log"
	mkdir -p "$D/db" "$D/accesslog"
	certificates
	configuration >"$D/slapd.conf"
	for file in "$@"; do
		# slapadd does not know LDIF's own "version: 1".
		sed '1s/^version:.*/#/' "$file" | slapadd -q -f "$D/slapd.conf" -b "$SUFFIX" >"$D/slapadd.log" 2>&1 ||
			die "$file: $(cat "$D/slapadd.log")"
	done
	# Below the kernel's own range; whoever else took one of the two makes slapd end, and we try others.
	for ((try = 0; try < 20; try++)); do
		PORT=$((SRANDOM % 6000 * 2 + 20000)) SPORT=$((PORT + 1))
		launch && write_env && return
		grep -q 'bind(.*failed' "$D/slapd.log" || break
	done
	die "slapd does not start: $(tail -n 20 "$D/slapd.log")"
}

stop() {
	local try
	alive || return 0
	kill -TERM "$PID"
	for ((try = 0; try < 3000; try++)); do
		alive || return 0
		sleep 0.02
	done
	kill -KILL "$PID"
	die "pid $PID did not end by itself and was killed"
}

started() { [ -n "${PORT:-}" ] || die "never started in $D"; }

restart() {
	started
	stop
	launch || die "slapd does not start: $(tail -n 20 "$D/slapd.log")"
	write_env
}

status() {
	alive || { echo "not running"; exit 1; }
	echo "pid $PID: $URL $LDAPS_URL $LDAPI_URL"
}

# An entry a paragraph, by DN; in it dn first, the rest by their bytes.
dump() {
	started
	slapcat -o ldif_wrap=no -f "$D/slapd.conf" -b "$SUFFIX" | awk '
		BEGIN {
			split("structuralObjectClass entryUUID creatorsName createTimestamp entryCSN modifiersName " \
				"modifyTimestamp contextCSN memberOf", names, " ")
			for (i in names)
				operational[names[i] ":"]
		}
		/^dn:/ { dn = $0; print dn "\t0\t" $0; next }
		/^$/ { print dn "\t2\t"; next }
		!($1 in operational) && !(($1 = $1) in operational) { print dn "\t1\t" $0 }' |
		sort -t "$(printf '\t')" -k 1,1 -k 2,2 -k 3 | cut -f 3-
}

[ -n "${D:-}" ] || { echo "slapd.sh: D is not set" >&2; exit 2; }
mkdir -p "$D"
D=$(cd "$D" && pwd)
[ ${#D} -lt 95 ] || die "$D: too long for a socket's name"
case ${1:-} in
start)
	PID=$(sed -n 's/^PID=//p' "$D/env" 2>/dev/null || true)
	shift
	start "$@"
	;;
stop | restart | dump | status)
	# shellcheck source=/dev/null
	[ ! -e "$D/env" ] || . "$D/env"
	"$1"
	;;
*)
	echo "usage: D=FOLDER slapd.sh start [LDIF...] | stop | restart | status | dump" >&2
	exit 2
	;;
esac
