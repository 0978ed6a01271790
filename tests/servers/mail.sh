#!/bin/bash
# mail.sh start | stop | restart | wipe | status | sieve ADDRESS FILE | settle | find TEXT: throw-away Postfix and Dovecot
# on loopback, all of it below $D.
#
#   start    empty mailboxes for whoever has a mail address in the directory, and for MAILBOXES; lists are the directory's
#            groups with a mail address, groups inside them too. Free ports; $D/env says where
#   restart  the same ports, mails and queue, also after stop or a crash
#   wipe     stop, and remove the folder
#   status   pids and addresses, or 1
#   sieve    make FILE the Sieve script that a mailbox's mail goes through; 1 and what is wrong when it is not right
#   settle   wait until every mail is where it belongs, none in the queue; 1 and the log when one stays there
#   find     the addresses of the mailboxes in which a mail has this text
#
# Environment: D (required)   the folder; others must be able to enter those above it
#   LDAP            the directory's URL, and
#   SUFFIX          where it is searched, as
#   BIND_DN BIND_PASSWORD  this account
#   MAILBOXES       infrastrukturpostkassen@eksempel.dk: those of nobody in the directory, several
#   ALIASES         other addresses of mailboxes, several: ADDRESS=MAILBOX
#   DOMAINS         eksempel.dk: whose mail is taken, several; mail to all others is refused
#   MECHANISMS      plain login xoauth2: how one logs in; oauthbearer may be another
#   QUOTA           how much every mailbox may hold, such as 100K; empty: no limit
#   SIEVE_SETTINGS  sieve_max_redirects = 100: settings of Pigeonhole, several by ;
#   PUBLIC          the name of a public namespace, whose folders everybody sees; empty: there is none
#   TLS             where CA and server certificate are kept (default build/tls), slapd.sh's
# $D/env, to be sourced, gives SMTP_URL (STARTTLS; no login asked for mail to DOMAINS), SMTPS_URL (a login asked), IMAPS_URL, MANAGESIEVE_URL
# (STARTTLS; in the clear on loopback only),
# CA, MAIL_PASSWORD of every mailbox, MAIL_TOKEN (the same by XOAUTH2 and OAUTHBEARER), DOVECOT and POSTFIX (configuration, for doveadm -c and
# postqueue -c), MAILLOG, and what restart needs besides. A login is the mailbox's address.
# Postfix can only be started by root: for anybody else it is done by sudo.
set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin
root=$(cd "$(dirname "$0")/../.." && pwd)

die() { echo "mail.sh: $*" >&2; exit 1; }

postfix_table() {
	cat <<-END
		server_host = $LDAP
		version = 3
		bind_dn = $BIND_DN
		bind_pw = $BIND_PASSWORD
		search_base = $SUFFIX
		result_attribute = mail
	END
	printf '%s\n' "$@"
}

# Nothing leaves this machine, and no name is looked up.
postfix_configuration() {
	local -a mailboxes boxes
	local box
	read -ra mailboxes <<<"$MAILBOXES"
	read -ra boxes <<<"${ALIASES//=/ }"
	for box in "${mailboxes[@]}"; do boxes+=("$box" "$box"); done # a box, also where a list has its address
	cat >"$POSTFIX/main.cf" <<-END
		compatibility_level = 3.6
		queue_directory = $D/queue
		data_directory = $D/data
		command_directory = /usr/sbin
		daemon_directory = /usr/lib/postfix/sbin
		maillog_file = $MAILLOG
		maillog_file_prefixes = $D
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		myhostname = mail.eksempel.dk
		mydestination =
		mynetworks =
		alias_maps =
		alias_database =
		local_recipient_maps =
		smtp_dns_support_level = disabled
		smtp_host_lookup = native
		smtpd_peername_lookup = no
		default_transport = error:5.1.2 no mail leaves this machine
		relay_transport = error:5.1.2 no mail leaves this machine
		virtual_mailbox_domains = $DOMAINS
		virtual_mailbox_maps = inline:{$(printf '%s=yes ' "${mailboxes[@]}")}, ldap:$POSTFIX/people.cf
		virtual_alias_maps = inline:{$(printf '{%s=%s} ' "${boxes[@]}")}, ldap:$POSTFIX/lists.cf
		virtual_transport = lmtp:unix:$D/run/lmtp
		smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
		smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
		smtpd_sasl_auth_enable = yes
		smtpd_sasl_type = dovecot
		smtpd_sasl_path = $D/run/auth-postfix
		smtpd_tls_security_level = may
		smtpd_tls_auth_only = yes
		smtpd_tls_mandatory_protocols = >=TLSv1.2
		smtpd_tls_protocols = >=TLSv1.2
		smtpd_tls_cert_file = $TLS/server.pem
		smtpd_tls_key_file = $TLS/server.key
		smtpd_tls_session_cache_database =
		minimal_backoff_time = 1s
		maximal_backoff_time = 2s
		queue_run_delay = 1s
	END
	cat >"$POSTFIX/master.cf" <<-END
		127.0.0.1:$SMTP inet n - n - - smtpd
		127.0.0.1:$SMTPS inet n - n - - smtpd
		  -o smtpd_tls_wrappermode=yes
		  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
		pickup unix n - n 60 1 pickup
		cleanup unix n - n - 0 cleanup
		qmgr unix n - n 300 1 qmgr
		tlsmgr unix - - n 1000? 1 tlsmgr
		rewrite unix - - n - - trivial-rewrite
		bounce unix - - n - 0 bounce
		defer unix - - n - 0 bounce
		trace unix - - n - 0 bounce
		flush unix n - n 1000? 0 flush
		proxymap unix - - n - - proxymap
		error unix - - n - - error
		retry unix - - n - - error
		lmtp unix - - n - - lmtp
		anvil unix - - n - 1 anvil
		scache unix - - n - 1 scache
		showq unix n - n - - showq
		postlog unix-dgram n - n - 1 postlogd
	END
	(
		umask 077
		postfix_table 'query_filter = (&(mail=%s)(member=*))' 'special_result_attribute = member' \
			'leaf_result_attribute = mail' >"$POSTFIX/lists.cf"
		postfix_table 'query_filter = (&(mail=%s)(!(member=*)))' >"$POSTFIX/people.cf"
	)
}

dovecot_configuration() {
	cat >"$DOVECOT" <<-END
		base_dir = $D/run
		state_dir = $D/state
		log_path = $D/dovecot.log
		instance_name = postvagt-test
		protocols = imap lmtp sieve
		listen = 127.0.0.1
		ssl = required
		ssl_min_protocol = TLSv1.2
		ssl_cert = <$TLS/server.pem
		ssl_key = <$TLS/server.key
		auth_mechanisms = $MECHANISMS
		auth_username_format = %Lu
		mail_location = maildir:%h/Maildir
		mail_home = $D/mailboxes/%Lu
		mail_uid = mail
		mail_gid = mail
		first_valid_uid = 1
		hostname = mail.eksempel.dk
		postmaster_address = postmaster@eksempel.dk
		submission_host = 127.0.0.1:$SMTP
		passdb {
		  driver = static
		  mechanisms = plain login
		  args = password=$MAIL_PASSWORD
		}
		passdb {
		  driver = static
		  mechanisms = xoauth2 oauthbearer
		  args = password=$MAIL_TOKEN
		}
		userdb {
		  driver = static
		  args = uid=mail gid=mail home=$D/mailboxes/%Lu allow_all_users=yes
		}
		namespace inbox {
		  inbox = yes
		  mailbox Sendt {
		    special_use = \Sent
		  }
		}
		service imap-login {
		  inet_listener imap {
		    port = 0
		  }
		  inet_listener imaps {
		    port = $IMAPS
		    ssl = yes
		  }
		}
		service managesieve-login {
		  inet_listener sieve {
		    port = $SIEVE
		  }
		  inet_listener sieve_deprecated {
		    port = 0
		  }
		}
		service lmtp {
		  unix_listener lmtp {
		    user = postfix
		    mode = 0600
		  }
		}
		service auth {
		  unix_listener auth-postfix {
		    user = postfix
		    mode = 0600
		  }
		}
		service anvil {
		  client_limit = 400
		}
		service stats {
		  unix_listener stats-writer {
		    mode = 0666
		  }
		}
		protocol lmtp {
		  mail_plugins = \$mail_plugins sieve
		}
		plugin {
		  sieve = file:~/sieve;active=~/.dovecot.sieve
		  sieve_max_redirects = 100
		$(printf '  %s\n' "${SIEVE_SETTINGS//;/$'\n'}")
		}
	END
	[ -z "${QUOTA:-}" ] || cat >>"$DOVECOT" <<-END
		protocol imap {
		  mail_plugins = quota imap_quota
		}
		protocol lmtp {
		  mail_plugins = sieve quota
		}
		plugin {
		  quota = maildir:User quota
		  quota_rule = *:storage=$QUOTA
		  quota_grace = 0
		}
	END
	[ -z "${PUBLIC:-}" ] || cat >>"$DOVECOT" <<-END
		namespace public {
		  type = public
		  prefix = $PUBLIC.
		  separator = .
		  location = maildir:$D/public
		  subscriptions = no
		}
	END
}

write_env() {
	cat >"$D/env.new" <<-END
		MANAGESIEVE_URL='sieve://127.0.0.1:$SIEVE'
		SMTP_URL='smtp://127.0.0.1:$SMTP'
		SMTPS_URL='smtps://127.0.0.1:$SMTPS'
		IMAPS_URL='imaps://127.0.0.1:$IMAPS'
		CA='$TLS/ca.pem'
		MAIL_PASSWORD='$MAIL_PASSWORD'
		MAIL_TOKEN='$MAIL_TOKEN'
		DOVECOT='$DOVECOT'
		POSTFIX='$POSTFIX'
		MAILLOG='$MAILLOG'
		SMTP=$SMTP
		SMTPS=$SMTPS
		IMAPS=$IMAPS
		SIEVE=$SIEVE
	END
	chmod 644 "$D/env.new"
	mv "$D/env.new" "$D/env"
}

# The pids of those of ours that are alive; a stranger that got the number has another folder.
postfix_pid() { pid_if "$D/queue/pid/master.pid" environ "MAIL_CONFIG=$POSTFIX"; }
dovecot_pid() { pid_if "$D/run/master.pid" cmdline "$DOVECOT"; }
pid_if() {
	local pid
	pid=$(tr -d ' \n' 2>/dev/null <"$1") && [ -n "$pid" ] &&
		tr '\0' '\n' 2>/dev/null <"/proc/$pid/$2" | grep -qxF "$3" && echo "$pid"
}

# Both are there, their ports open, when the commands end. 1: they could not, maybe for a port that is another's.
launch() {
	: >"$D/start.log"
	detached dovecot -c "$DOVECOT" && detached postfix -c "$POSTFIX" start && running
}
detached() (
	exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- # none of the caller's locks and pipes live on in a server
	exec setsid -w "$@" </dev/null >>"$D/start.log" 2>&1
)
running() { [ -n "$(postfix_pid)" ] && [ -n "$(dovecot_pid)" ]; }
logs() { tail -n 30 "$D/start.log" "$MAILLOG" "$D/dovecot.log" 2>&1 || true; }

start() {
	local try
	MAILBOXES=${MAILBOXES:-infrastrukturpostkassen@eksempel.dk} DOMAINS=${DOMAINS:-eksempel.dk} ALIASES=${ALIASES:-}
	MECHANISMS=${MECHANISMS:-plain login xoauth2} SIEVE_SETTINGS=${SIEVE_SETTINGS:-}
	SUFFIX=${SUFFIX:-dc=eksempel,dc=dk} TLS=${TLS:-$root/build/tls} MAIL_PASSWORD=eksempel-post MAIL_TOKEN=eksempel-bevis
	: "${LDAP:?is not set}" "${BIND_DN:?is not set}" "${BIND_PASSWORD:?is not set}"
	[ -e "$TLS/server.pem" ] || die "$TLS has no certificates: start slapd.sh first"
	! running || die "runs already in $D"
	rm -rf "${D:?}"/{queue,data,run,state,mailboxes,public,env,postfix,*.log}
	mkdir -p "$D"/{queue,data,run,state,mailboxes,public} "$POSTFIX"
	chmod 755 "$D" "$D/run"
	chown postfix "$D/data"
	chown mail:mail "$D/mailboxes" "$D/public"
	# Below the kernel's own range, as slapd.sh does; whoever else took one of the four makes us try others.
	for ((try = 0; try < 20; try++)); do
		SMTP=$((SRANDOM % 3000 * 4 + 20000)) SMTPS=$((SMTP + 1)) IMAPS=$((SMTP + 2)) SIEVE=$((SMTP + 3))
		postfix_configuration
		dovecot_configuration
		launch && write_env && return
		stop
		logs | grep -q 'already in use' || break
	done
	die "they do not start: $(logs)"
}

started() { [ -n "${SMTP:-}" ] || die "never started in $D"; }

end_both() {
	local pid
	for pid in $(postfix_pid) $(dovecot_pid); do kill "$1" "$pid" 2>/dev/null || true; done
}

stop() {
	local try
	end_both -TERM
	for ((try = 0; try < 1500; try++)); do
		[ -n "$(postfix_pid)$(dovecot_pid)" ] || return 0
		sleep 0.02
	done
	end_both -KILL
	die "did not end by themselves and were killed"
}

restart() {
	started
	stop
	launch || die "they do not start: $(logs)"
}

wipe() {
	stop
	rm -rf "$D"
}

status() {
	started
	running || { echo "not running"; exit 1; }
	echo "pids $(postfix_pid) $(dovecot_pid): $SMTP_URL $SMTPS_URL $IMAPS_URL"
}

sieve() {
	started
	local home=$D/mailboxes/${1,,}
	[ -r "${2:-}" ] || die "${2:-no file}: cannot be read"
	mkdir -p "$home"
	cp "$2" "$home/.dovecot.sieve"
	sievec -c "$DOVECOT" "$home/.dovecot.sieve" >"$D/sieve.log" 2>&1 || { cat "$D/sieve.log" >&2; exit 1; }
	chown -R mail:mail "$home"
}

# A mail that a script passes on is in the queue again before the one that it came from leaves it.
settle() {
	started
	local try
	for ((try = 0; try < 1200; try++)); do
		[ -n "$(find "$D"/queue/{maildrop,incoming,active,deferred} -type f -print -quit)" ] || return 0
		sleep 0.05
	done
	die "mail stays in the queue: $(logs)"
}

find_text() {
	started
	grep -rlF -e "$1" "$D/mailboxes" | sed "s|^$D/mailboxes/||; s|/.*||" | sort -u
}

usage() {
	echo "usage: D=FOLDER mail.sh start | stop | restart | wipe | status | sieve ADDRESS FILE | settle | find TEXT" >&2
	exit 2
}

[ -n "${D:-}" ] || { echo "mail.sh: D is not set" >&2; exit 2; }
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || die "Postfix can only be started by root; install sudo"
	exec sudo env D="$D" LDAP="${LDAP:-}" SUFFIX="${SUFFIX:-}" BIND_DN="${BIND_DN:-}" BIND_PASSWORD="${BIND_PASSWORD:-}" \
		MAILBOXES="${MAILBOXES:-}" DOMAINS="${DOMAINS:-}" MECHANISMS="${MECHANISMS:-}" SIEVE_SETTINGS="${SIEVE_SETTINGS:-}" QUOTA="${QUOTA:-}" PUBLIC="${PUBLIC:-}" ALIASES="${ALIASES:-}" TLS="${TLS:-}" "$0" "$@"
fi
mkdir -p "$D"
D=$(cd "$D" && pwd)
[ ${#D} -lt 80 ] || die "$D: too long for a socket's name"
POSTFIX=$D/postfix DOVECOT=$D/dovecot.conf MAILLOG=$D/mail.log
command=${1:-}
[ $# = 0 ] || shift
case $command in
start) start ;;
stop | restart | wipe | status | sieve | settle)
	# shellcheck source=/dev/null
	[ ! -e "$D/env" ] || . "$D/env"
	"$command" "$@"
	;;
find)
	# shellcheck source=/dev/null
	. "$D/env"
	find_text "${1:?is not given}"
	;;
*) usage ;;
esac
