#!/bin/bash
# postvagt-account.sh: make postvagt's service account in a Samba AD domain, and give it exactly what it needs.
#
#   postvagt-account.sh --lists DN... [--read DN]... [--create] [--name NAME] [--ou OU] [--password-file FILE]
#       [--keytab FILE] [--dry-run] [-- [URL [SMB_CONF [OPTION...]]]]
#
#   --lists DN            the OU of the lists: it may read everything below it, and write `member` of every group there;
#                         nothing else. An OU of its own: a domain, a container, and an OU with built-in, critical or
#                         adminCount=1 groups below it are refused, other groups than lists are named; may be repeated
#   --read DN             it may read everything below it: people, and the groups that routes name; may be repeated
#   --create              it may also make groups below --lists (postvagt.yaml: lists: {create: true}), and delete
#                         those that it made
#   --name NAME           the account's name (default postvagt)
#   --ou OU               where it is made, without the domain's own DN (default: CN=Users)
#   --password-file FILE  its password is this file's first line (default: a random one, which nobody knows)
#   --keytab FILE         writes its keytab; only on a DC, with its own database
#   --dry-run             shows what it would do, and does nothing
#
# URL is the domain's: ldaps://dc1.eksempel.dk from any machine with samba-tool, or a DC's sam.ldb (default: the
# sam.ldb of this machine, which must then be a DC; run as root). SMB_CONF is "" for the machine's own. Options, such as
# -U Administrator, go to samba-tool and to the ldb tools alike.
#
# Run it again whenever you like: what is there already stays, a right is not given twice. On Windows, and for what
# each right means, see New-PostvagtAccount.ps1 and README.md beside this file.
set -euo pipefail
export LC_ALL=C

# schemaIDGUIDs (MS-ADA2, MS-ADSC), the same in every domain: the attribute `member`, the class `group`.
member=bf9679c0-0de6-11d0-a285-00aa003049e2
group=bf967a9c-0de6-11d0-a285-00aa003049e2

die() { echo "postvagt-account.sh: $*" >&2; exit 1; }
usage() { sed -n '4,5s/^# *//p' "$0" >&2; exit 2; }

name=postvagt ou='' lists=() read=() create='' password_file='' keytab='' dry_run='' url='' smb_conf=''
while [ $# -gt 0 ]; do
	case $1 in
	--create) create=yes ;;
	--dry-run) dry_run=yes ;;
	--name | --ou | --lists | --read | --password-file | --keytab)
		[ $# -gt 1 ] || usage
		case $1 in
		--name) name=$2 ;;
		--ou) ou=$2 ;;
		--lists) lists+=("$2") ;;
		--read) read+=("$2") ;;
		--password-file) password_file=$2 ;;
		--keytab) keytab=$2 ;;
		esac
		shift
		;;
	--) shift && break ;;
	*) usage ;;
	esac
	shift
done
[ ${#lists[@]} -gt 0 ] || usage
[[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$ ]] || die "$name: not a name for an account"
[ $# -lt 1 ] || { url=$1 && shift; }
[ $# -lt 1 ] || { smb_conf=$1 && shift; }
where=(${url:+-H "$url"} "$@")
[ -n "$url" ] || where=(-H "$(testparm -s --parameter-name='private dir' 2>/dev/null)/sam.ldb" "$@")

# A tool each for its own spelling of the option that names smb.conf.
tool() { samba-tool "$@" "${where[@]}" ${smb_conf:+-s "$smb_conf"}; }
ldb() { "$1" ${smb_conf:+--configfile="$smb_conf"} "${where[@]}" "${@:2}"; }

# The DNs below an OU that a filter finds, a line each. Windows gives at most 1,000 entries without paging.
find_below() {
	ldb ldbsearch --controls=paged_results:1:500 -b "$1" "$2" dn | sed -n 's/^dn: //p'
}

count() { wc -l <<<"$1"; }

# The first five of these DNs, indented below a message.
show() { printf ':' && head -n 5 <<<"$1" | sed 's/^/    /; 1s/^/\n/'; }

# MS-ADTS section 2.2.12: bit 1 of groupType is GROUP_TYPE_BUILTIN_LOCAL_GROUP, the highest GROUP_TYPE_SECURITY_ENABLED.
bit=groupType:1.2.840.113556.1.4.803:
protected="(&(objectClass=group)(|(isCriticalSystemObject=TRUE)(adminCount=1)($bit=1)))"
other="(&(objectClass=group)(|($bit=2147483648)(!(|(mail=*)(proxyAddresses=*)))))"

# Refuse what is no OU of lists: the right to write `member` holds for every group below it.
check_lists() {
	local classes found
	classes=$(ldb ldbsearch -b "$1" -s base objectClass 2>&1) || die "$1: cannot be read: $classes"
	classes=$(sed -n 's/^objectClass: //p' <<<"$classes")
	grep -qix organizationalUnit <<<"$classes" ||
		die "$1: not an organizational unit ($(tail -n 1 <<<"$classes")). --lists takes the OU of the lists, never a" \
			"domain or a container: the account could write every group below it, Domain Admins too"
	found=$(find_below "$1" "$protected") || die "$1: the groups below it cannot be read"
	[ -z "$found" ] || die "$1: the account could write $(count "$found") built-in or critical groups, or groups with" \
		"adminCount=1, that are below it. Put the lists into an OU of their own. The first$(show "$found")"
	found=$(find_below "$1" "$other") || die "$1: the groups below it cannot be read"
	[ -z "$found" ] || echo "postvagt-account.sh: warning: $1: $(count "$found") of the groups below it are security groups" \
		"or have no mail address. The account can write their members, and so hand out what these groups may do: move" \
		"them to another OU. The first$(show "$found")" >&2
}

# do_it WHAT COMMAND...
do_it() {
	echo "$1"
	[ -n "$dry_run" ] || "${@:2}"
}

# The value of one attribute of the account, or nothing.
value() { ldb ldbsearch "(&(objectClass=user)(sAMAccountName=$name))" "$1" | sed -n "s/^$1: //p"; }

# Its password never expires, since nobody would be there to renew it; it cannot be delegated (what it may, no service
# may do in its name); its tickets are AES. 512 NORMAL_ACCOUNT + 65536 DONT_EXPIRE_PASSWORD + 1048576 NOT_DELEGATED.
settings() {
	printf '%s\n' "dn: $dn" "changetype: modify" \
		"replace: userAccountControl" "userAccountControl: $((512 + 65536 + 1048576))" - \
		"replace: msDS-SupportedEncryptionTypes" "msDS-SupportedEncryptionTypes: 24" - \
		"replace: description" "description: postvagt: reads people and groups, writes member of the lists" -
	# AD takes a password in quotes, as UTF-16 (MS-ADTS section 3.1.1.3.1.5.1); never on a command line, where ps shows it.
	[ -z "$password_file" ] || printf '%s\n' "replace: unicodePwd" \
		"unicodePwd:: $(printf '"%s"' "$(head -n 1 "$password_file")" | iconv -f UTF-8 -t UTF-16LE | base64 -w 0)" -
}

change() { settings | ldb ldbmodify >/dev/null; }

# dsacl set leaves an entry (ACE) that is there already as it is.
grant() { tool dsacl set --objectdn="$1" --sddl="$2" >/dev/null; }

for base in "${lists[@]}"; do
	check_lists "$base"
done
dn=$(value dn)
if [ -z "$dn" ]; then
	do_it "make the account $name" tool user create "$name" --random-password ${ou:+--userou="$ou"} --use-username-as-cn
	dn=$(value dn)
fi
if [ -z "$dn" ]; then
	[ -n "$dry_run" ] || die "$name was made, and is not found"
	sid=SID
else
	sid=$(value objectSid)
fi
do_it "set its password, if given, and that it never expires, cannot be delegated, uses AES" change

# Flags CI: for what lies below too. Rights: LC list children, RP read every property, LO list object, RC read rights.
can_read="(A;CI;LCRPLORC;;;$sid)"
# IO: for what lies below only. WP: write one property of one class.
can_write_member="(OA;CIIO;WP;$member;$group;$sid)"
# CC: create children of one class. Whoever makes an object owns it, and an owner may always change its rights, unless
# there is an entry for S-1-3-4, "owner rights": for the groups that it makes, then, no more than to read them.
# SD: delete, for CO, "creator owner", whom each new group's own permissions then name: what it made, an undo file
# takes away again; other groups it cannot delete.
can_create="(OA;CI;CC;$group;;$sid)(OA;CIIO;LCRPLORC;;$group;S-1-3-4)(OA;CIIO;SD;;$group;CO)"

for base in "${read[@]}"; do
	do_it "may read below $base" grant "$base" "$can_read"
done
for base in "${lists[@]}"; do
	do_it "may read below $base, and write member of groups there" grant "$base" "$can_read$can_write_member"
	[ -z "$create" ] || do_it "may make groups below $base, and delete those it made" grant "$base" "$can_create"
done
if [ -n "$keytab" ]; then
	rm -f "$keytab" # exportkeytab adds to what is there
	do_it "its keytab: $keytab" samba-tool domain exportkeytab "$keytab" --principal="$name" ${smb_conf:+-s "$smb_conf"}
fi
