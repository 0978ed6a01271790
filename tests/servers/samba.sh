#!/bin/bash
# samba.sh start [LDIF...] | stop | restart | status | dump: a throw-away Active Directory domain controller, real
# Samba, all of it below $D. As root: provisioning, and the ports of AD, need it.
#
#   start    a new domain with these LDIF files in it, in the order given (adds and changes; none: empty)
#   restart  the same address and the same data, also after stop or a crash
#   status   its pid and addresses, or 1
#   dump     users, groups, contacts, OUs, sorted, without what the server alone writes; also while it is down
#
# A domain takes seconds to make, so it is kept: build/ad-cache/KEY.tar, KEY being the hash of all that went into it:
# this script, the schema, the LDIF files, the rights, Samba's version. A start from there is a second or less.
#
# Samba's ports are AD's own, 389 636 3268 3269 88 464, so each DC has an address of its own, 127.x.y.z, by chance.
# It is in the DC's certificate, and ldap/127.x.y.z is an SPN of the DC: Kerberos works to the address as it stands, with
# SASL_NOCANON (else libldap puts this machine's name for it). Its name, dc1.eksempel.dk, is in the certificate too.
#
# Environment: D (required)   the folder
#   DNS           the domain's name (default eksempel.dk); what follows below is of that one
#   SCHEMA        postvagt (default): ldif/ad/extension-attributes.ldif and ldif/ad/postvagt-schema.ldif; exchange: the former alone
#   STRONG        what "ldap server require strong auth" says. allow_sasl_over_tls (default): as a hardened AD, simple
#                 binds only over TLS, SASL signed or over TLS; yes: no SASL over TLS either; no: everything
#   ACCOUNT       yes (default): contrib/ad/postvagt-account.sh makes the service account, with read on the domain and
#                 `member` on OU=Lister, which is made, like its own OU=Tjenester, where no LDIF file brings it. no: no account
#   CREATE        yes: the account may make lists too
#   ACL           more rights, a line each: DN, a tab, SDDL; in it @NAME@ is the SID of the account NAME. Default: an
#                 account hr, where an LDIF file brings it, may write absences below OU=Medarbejdere
#   CACHE         no: what the LDIF files brought is not kept; for a domain that no second start will ask for
#   GLOBAL_EXTRA  more lines for smb.conf
#   SERVICES      of Samba's services (default "ldap, cldap, kdc")
#   MODEL         single (default): one process; standard: one for each connection, as many writers at once need
#   LOGLEVEL      of $D/samba.log, Samba's own numbers (default 1; "1 ldap:5" tells the requests)
#   TLS           where the CA of all DCs is kept (default build/tls)
# $D/env, to be sourced, gives
#   URL LDAPS_URL GC_URL CA IP HOST SUFFIX REALM DOMAIN (the NetBIOS name) KRB5_CONFIG (for clients: export it)
#   ADMIN PASSWORD           the domain's administrator, a UPN: ldapmodify -H $LDAPS_URL -D $ADMIN -w $PASSWORD
#                            (with LDAPTLS_CACERT=$CA; HR's, where the example is loaded: hr@eksempel.dk, Eksempel-hr-1)
#   ACCOUNT_DN ACCOUNT_UPN ACCOUNT_PASSWORD PRINCIPAL KEYTAB      the service account
#   SAM SMB_CONF             for ldbsearch --configfile=$SMB_CONF -H $SAM, samba-tool -s $SMB_CONF -H $SAM, also while it runs
#   PID
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
unset KRB5_CONFIG KRB5CCNAME KRB5_KTNAME KRB5_CLIENT_KTNAME
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/servers
cache=$root/build/ad-cache

DNS=${DNS:-eksempel.dk} SCHEMA=${SCHEMA:-postvagt}
realm=${DNS^^} suffix=DC=${DNS//./,DC=} host=dc1.$DNS
domain=${realm%.*} domain=${domain##*.} # the last but one label, as AD.NORDBY-KOMMUNE.DK may be called NORDBY-KOMMUNE
admin_password=Eksempel-admin-1 account_password=Eksempel-postvagt-1
schema=("$root/ldif/ad/extension-attributes.ldif")
[ "$SCHEMA" = exchange ] || schema+=("$root/ldif/ad/postvagt-schema.ldif")
account=$root/contrib/ad/postvagt-account.sh

die() { echo "samba.sh: $*" >&2; exit 1; }

# try NAME COMMAND: its output goes to $D/NAME.log, and is shown when it fails.
try() {
	local log=$D/$1.log
	shift
	"$@" </dev/null >>"$log" 2>&1 || die "$* ended with $?: $(tail -n 20 "$log")"
}

# The CA, made once for all DCs and again before it expires; a certificate of its own for each.
certificates() {
	local ca=$TLS/ad-ca.pem key=$D/tls/server.key
	mkdir -p "$TLS" "$D/tls"
	(
		flock 9
		openssl x509 -checkend 86400 -noout -in "$ca" >/dev/null 2>&1 ||
			openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
				-subj "/CN=postvagt test CA for AD" -addext basicConstraints=critical,CA:TRUE \
				-addext keyUsage=critical,keyCertSign -keyout "$TLS/ad-ca.key" -out "$ca"
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$host" \
			-keyout "$key" -out "$D/tls/server.csr"
		openssl x509 -req -in "$D/tls/server.csr" -CA "$ca" -CAkey "$TLS/ad-ca.key" -days 365 \
			-set_serial "0x$(openssl rand -hex 8)" -extfile <(echo "subjectAltName=DNS:$host,IP:$IP") \
			-out "$D/tls/server.pem"
		cp "$ca" "$D/tls/ca.pem"
		chmod 600 "$key" # Samba refuses a key that others can read
	) 9>"$TLS/ad-lock" >"$D/tls/log" 2>&1 || die "openssl: $(cat "$D/tls/log")"
}

configuration() {
	mkdir -p "$D"/{run,state,cache,ncalrpc}
	cat >"$D/smb.conf" <<-END
		[global]
		netbios name = ${host%%.*}
		realm = $realm
		workgroup = $domain
		server role = active directory domain controller
		server services = $SERVICES
		interfaces = $IP/8
		bind interfaces only = yes
		private dir = $D/private
		state directory = $D/state
		cache directory = $D/cache
		lock directory = $D/run
		pid directory = $D/run
		ncalrpc dir = $D/ncalrpc
		winbindd socket directory = $D/run/winbindd
		ntp signd socket directory = $D/run/ntp_signd
		log level = $LOGLEVEL
		load printers = no
		dsdb:schema update allowed = yes
		ldap server require strong auth = $STRONG
		tls enabled = yes
		tls cafile = $D/tls/ca.pem
		tls certfile = $D/tls/server.pem
		tls keyfile = $D/tls/server.key
		$GLOBAL_EXTRA
	END
	cat >"$D/krb5.conf" <<-END
		[libdefaults]
		default_realm = $realm
		dns_lookup_kdc = false
		dns_lookup_realm = false
		dns_canonicalize_hostname = false
		rdns = false
		[realms]
		$realm = {
		kdc = $IP
		kpasswd_server = $IP
		admin_server = $IP
		}
		[domain_realm]
		.${host#*.} = $realm
		${host#*.} = $realm
	END
}

# Ours, alive, and not a stranger that got the number. samba writes over its command line, so it is known by where it
# stands, which a dead one does nowhere.
alive() { [ -n "${PID:-}" ] && [ "$(readlink "/proc/$PID/cwd")" = "$D/run" ]; }

# libldap's tools read no file of this machine's or the user's, and trust our CA only.
ldap() { LDAPCONF=/dev/null LDAPRC=/dev/null LDAPTLS_CACERT=$D/tls/ca.pem "$@"; }

answers() { ldap ldapsearch -x -LLL -o nettimeout=1 -H "ldap://$IP" -s base -b '' 1.1 >/dev/null 2>&1; }

# An address, out of sixteen million, that nobody listens on; the first numbers are left to people.
choose_address() {
	local try
	for ((try = 0; try < 20; try++)); do
		IP=127.$((SRANDOM % 200 + 50)).$((SRANDOM % 254 + 1)).$((SRANDOM % 254 + 1))
		! (exec 8<>"/dev/tcp/$IP/389") 2>/dev/null || continue
		! (exec 8<>"/dev/tcp/$IP/88") 2>/dev/null || continue
		return
	done
	die "no free address: does something listen on port 389 or 88 of every address?"
}

# Start, and wait until it answers.
launch() {
	local i
	rm -f "$D"/run/*.pid
	(
		exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- # none of the caller's locks and pipes live on in samba
		cd "$D/run"
		KRB5_CONFIG=$D/krb5.conf exec setsid samba -i -M "$MODEL" -s "$D/smb.conf"
	) </dev/null >>"$D/samba.log" 2>&1 &
	PID=$!
	for ((i = 0; i < 1500; i++)); do
		! answers || return 0
		kill -0 $PID 2>/dev/null || die "samba does not start: $(tail -n 20 "$D/samba.log")"
		sleep 0.02
	done
	stop
	die "samba does not answer: $(tail -n 20 "$D/samba.log")"
}

# samba leads a session of its own, in which are all its children. What is dead and not yet buried stands nowhere.
session() {
	local pid
	for pid in $(ps -o pid= -s "$1"); do
		[ "$(readlink "/proc/$pid/cwd")" != "$D/run" ] || echo "$pid"
	done
}

stop() {
	local try
	[ -n "${PID:-}" ] || return 0
	! alive || kill -TERM "$PID"
	for ((try = 0; try < 3000; try++)); do
		[ -n "$(session "$PID")" ] || return 0
		sleep 0.02
	done
	# shellcheck disable=SC2046 # one pid a word
	kill -KILL $(session "$PID")
	die "pid $PID and its children did not end by themselves and were killed"
}

as_admin() { ldap ldapmodify -x -H "ldaps://$IP" -D "Administrator@${host#*.}" -w "$admin_password" "$@"; }

# keep KEY: the data as it now is, for the next start. A file appears whole or not at all.
keep() {
	tar -C "$D" --warning=no-file-ignored -cf "$cache/$1.$$" private state
	mv "$cache/$1.$$" "$cache/$1.tar"
}

# take KEY: the data as it was kept; 1 if it never was.
take() {
	[ -e "$cache/$1.tar" ] || return 1
	touch "$cache/$1.tar"
	tar -C "$D" -xf "$cache/$1.tar"
}

# An empty domain with the schema, loaded as an admin loads it, and the SPNs of the DC's name. Provisioning must not see
# this machine's smb.conf: it would take over what stands there.
make_domain() {
	local file
	: >"$D/empty.conf"
	try provision samba-tool domain provision -s "$D/empty.conf" --targetdir="$D/made" --realm="$realm" --domain="$domain" \
		--server-role=dc --dns-backend=NONE --adminpass=$admin_password --host-name="${host%%.*}" --host-ip="$IP" \
		--function-level=2008_R2
	mv "$D/made/private" "$D/made/state" "$D"
	rm -rf "$D/made" "$D/private/tls" "$D/private/krb5.conf"
	try spn samba_spnupdate -s "$D/smb.conf"
	launch
	for file in "${schema[@]}"; do
		perl -0pe "s/\n //g; s/DC=eksempel,DC=dk/$suffix/g" "$file" >"$D/schema.ldif"
		try schema as_admin -f "$D/schema.ldif"
	done
	stop
}

ldb() { "$1" --configfile="$D/smb.conf" -H "$D/private/sam.ldb" "${@:2}"; }

sid_of() { ldb ldbsearch "(sAMAccountName=$1)" objectSid 2>/dev/null | sed -n 's/^objectSid: //p' | grep .; }

# WP: write one property, by its schemaIDGUID, of users (bf967aba...): extensionAttribute12, and the three of
# ldif/ad/postvagt-schema.ldif.
default_acl() {
	local user=bf967aba-0de6-11d0-a285-00aa003049e2 attribute
	sid_of hr >/dev/null || return 0
	printf 'OU=Medarbejdere,%s\t' "$suffix"
	for attribute in 167757f7-f347-11d1-a9c3-0000f80367c1 681f6441-563f-534a-937c-d7259cabd712 \
		ed68626f-8d7b-5a4b-9528-fcabe430cf22 a47eb81b-bc80-5052-9d9e-07fdbf65d1ac; do
		printf '(OA;CIIO;WP;%s;%s;@hr@)' $attribute $user
	done
}

rights() {
	local dn sddl name sid
	while IFS=$'\t' read -r dn sddl; do
		[ -n "$dn" ] || continue
		while [[ $sddl =~ @([^@]+)@ ]]; do
			name=${BASH_REMATCH[1]}
			sid=$(sid_of "$name") || die "ACL: no account $name"
			sddl=${sddl//"@$name@"/$sid}
		done
		try rights samba-tool dsacl set -s "$D/smb.conf" -H "$D/private/sam.ldb" --objectdn="$dn" --sddl="$sddl"
	done <<<"${ACL:-$(default_acl)}"
}

make_account() {
	local ou options=()
	for ou in "OU=Lister,$suffix" "OU=Tjenester,$suffix"; do
		ldb ldbsearch -b "$ou" -s base dn >/dev/null 2>&1 ||
			try account ldb ldbadd <(printf '%s\n' "dn: $ou" "objectClass: organizationalUnit")
	done
	[ "$CREATE" != yes ] || options+=(--create)
	(umask 077 && echo $account_password >"$D/account.secret")
	try account "$account" --ou OU=Tjenester --lists "OU=Lister,$suffix" --read "$suffix" \
		--password-file "$D/account.secret" --keytab "$D/private/postvagt.keytab" "${options[@]}" -- "$D/private/sam.ldb" "$D/smb.conf"
}

# What the LDIF files bring goes straight into the database, a file in one transaction: 10,000 people in seconds.
fill() {
	local file
	for file in "$@"; do try ldif ldb ldbmodify -o batch_mode:1 --nosync "$file"; done
	[ "$ACCOUNT" != yes ] || make_account
	rights
}

digest() { sha256sum | cut -c 1-16; }

data() {
	local base full
	base=base-$({ echo "$realm"; samba --version; cat "$here/samba.sh" "${schema[@]}"; } | digest)
	full=full-$({ echo "$base $ACCOUNT $CREATE $ACL"; cat "$account" "$@"; } | digest)
	mkdir -p "$cache"
	find "$cache" -name '*.tar' -mtime +1 -delete
	! take "$full" || return 0
	(
		flock 9
		if ! take "$base"; then
			make_domain
			keep "$base"
		fi
	) 9>"$cache/lock"
	fill "$@"
	[ "$CACHE" = no ] || keep "$full"
}

write_env() {
	cat >"$D/env.new" <<-END
		URL='ldap://$IP'
		LDAPS_URL='ldaps://$IP'
		GC_URL='ldap://$IP:3268'
		CA='$D/tls/ca.pem'
		IP='$IP'
		HOST='$host'
		SUFFIX='$suffix'
		REALM='$realm'
		DOMAIN='$domain'
		KRB5_CONFIG='$D/krb5.conf'
		ADMIN='Administrator@${host#*.}'
		PASSWORD='$admin_password'
		ACCOUNT_DN='CN=postvagt,OU=Tjenester,$suffix'
		ACCOUNT_UPN='postvagt@${host#*.}'
		ACCOUNT_PASSWORD='$account_password'
		PRINCIPAL='postvagt@$realm'
		KEYTAB='$D/private/postvagt.keytab'
		SAM='$D/private/sam.ldb'
		SMB_CONF='$D/smb.conf'
		PID=$PID
		MODEL='$MODEL'
	END
	mv "$D/env.new" "$D/env"
}

start() {
	STRONG=${STRONG:-allow_sasl_over_tls} ACCOUNT=${ACCOUNT:-yes} CREATE=${CREATE:-no} ACL=${ACL:-} CACHE=${CACHE:-yes}
	GLOBAL_EXTRA=${GLOBAL_EXTRA:-} SERVICES=${SERVICES:-ldap, cldap, kdc} MODEL=${MODEL:-single} LOGLEVEL=${LOGLEVEL:-1}
	TLS=${TLS:-$root/build/tls}
	[ "$(id -u)" = 0 ] || die "only root can provision a domain, and have the ports of AD"
	! alive || die "runs already in $D, pid $PID"
	rm -rf "$D"/{private,state,cache,run,ncalrpc,made,env} "$D"/*.log
	choose_address
	certificates
	configuration
	data "$@"
	# Its address is an SPN of the DC while it has it. Written before the start, so that whoever sees it answer can bind.
	try spn ldb ldbmodify <(printf '%s\n' "dn: CN=DC1,OU=Domain Controllers,$suffix" "changetype: modify" \
		"add: servicePrincipalName" "servicePrincipalName: ldap/$IP" -)
	launch
	write_env
}

started() { [ -n "${IP:-}" ] || die "never started in $D"; }

restart() {
	started
	stop
	launch
	write_env
}

status() {
	alive || { echo "not running"; exit 1; }
	echo "pid $PID: $URL $LDAPS_URL $GC_URL"
}

# An entry a paragraph, by DN; in it dn first, the rest by their bytes.
dump() {
	started
	ldb ldbsearch -b "$suffix" '(|(objectClass=person)(objectClass=group)(objectClass=organizationalUnit))' 2>/dev/null |
		awk '
		BEGIN {
			split("objectGUID objectSid instanceType whenCreated whenChanged uSNCreated uSNChanged name memberOf " \
				"distinguishedName objectCategory dSCorePropagationData lastLogon lastLogoff logonCount " \
				"lastLogonTimestamp badPwdCount badPasswordTime pwdLastSet directReports managedObjects " \
				"isCriticalSystemObject codePage countryCode msDS-RevealedDSAs servicePrincipalName", names, " ")
			for (i in names)
				ours[names[i]]
		}
		function flush() {
			if (line ~ /^dn:/) {
				dn = line
				print dn "\t0\t" line
			} else if (line != "" && line !~ /^#/ && line !~ /^ref:/) {
				name = line
				sub(/:.*/, "", name)
				if (!(name in ours))
					print dn "\t1\t" line
			}
			line = ""
		}
		/^ / { line = line substr($0, 2); next }
		{ flush() }
		/^$/ { if (dn) print dn "\t2\t"; dn = "" }
		{ line = $0 }
		END { flush() }' | sort -t "$(printf '\t')" -k 1,1 -k 2,2 -k 3 | cut -f 3-
}

[ -n "${D:-}" ] || { echo "samba.sh: D is not set" >&2; exit 2; }
mkdir -p "$D"
D=$(cd "$D" && pwd)
[ ${#D} -lt 75 ] || die "$D: too long for a socket's name"
case ${1:-} in
start)
	PID=$(sed -n 's/^PID=//p' "$D/env" 2>/dev/null || true)
	shift
	start "$@"
	;;
stop | restart | dump | status)
	model=${MODEL:-}
	# shellcheck source=/dev/null
	[ ! -e "$D/env" ] || . "$D/env"
	MODEL=${model:-${MODEL:-single}}
	unset KRB5_CONFIG
	"$1"
	;;
*)
	echo "usage: D=FOLDER samba.sh start [LDIF...] | stop | restart | status | dump" >&2
	exit 2
	;;
esac
