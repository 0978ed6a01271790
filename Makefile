# postvagt: build, test and lint. `make help` lists the targets.
#
# Sources are found by wildcard; a new file needs no line here. Objects mirror the tree below build/, and below
# build/asan/ with VARIANT=asan (AddressSanitizer and UndefinedBehaviorSanitizer). V=1 shows the commands.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# What the build takes: a compiler, and Build-Depends of contrib/debian/control.
BUILDING := gcc libc6-dev make pkgconf \
	libldap-dev libsasl2-dev libkrb5-dev libyaml-dev libjansson-dev libsodium-dev libunistring-dev \
	libcurl4-openssl-dev libssl-dev libical-dev libgnutls28-dev \
	libjq-dev libxml2-dev libjwt-dev

# The same, and what the tests take.
PACKAGES := $(BUILDING) git python3 openssl ca-certificates \
	binutils systemd bash-completion zsh fish python3-yaml \
	libcmocka-dev nginx-light slapd ldap-utils libsasl2-modules libsasl2-modules-gssapi-mit \
	clang libclang-rt-14-dev clang-format clang-tidy mandoc shellcheck tzdata \
	samba samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules samba-common-bin \
	python3-samba winbind krb5-user ldb-tools procps libfaketime chromium fonts-dejavu-core iproute2 \
	postfix postfix-ldap dovecot-core dovecot-imapd dovecot-lmtpd dovecot-sieve dovecot-managesieved \
	nodejs $(if $(shell command -v npm),,npm) python3-gssapi

# What building a Debian package takes besides; and building both, and trying them in a root of their own.
DEBIAN := debhelper build-essential
PACKAGING := $(DEBIAN) lintian rpm debootstrap

VARIANT :=
V :=
B := build$(if $(VARIANT),/$(VARIANT))

Q := $(if $(V),,@)
say = @$(if $(V),:,echo '  $1  $@')

CC := gcc
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
	-Wpointer-arith -Wvla -Wformat=2 -Wundef -Wimplicit-fallthrough
# Asked when something is compiled, not before: on a new machine `make deps` installs pkg-config first.
PC := ldap lber libsasl2 yaml-0.1 jansson libsodium gnutls
# Loaded when they are first called: agent/base/library has a header for each.
PC_LOADED := krb5 krb5-gssapi libcurl libssl libcrypto libical libxml-2.0 libjwt
CPPFLAGS = -Iagent -D_GNU_SOURCE $(shell pkg-config --cflags $(PC) $(PC_LOADED))
LDLIBS = $(shell pkg-config --libs $(PC)) -lunistring -lresolv
TEST_CPPFLAGS = -Itests/unit $(shell pkg-config --cflags cmocka)
TEST_LDLIBS = $(shell pkg-config --libs cmocka)

ifeq ($(VARIANT),asan)
MODE := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
else ifeq ($(VARIANT),fuzz)
CC := clang
MODE := -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
else
MODE := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
# No path of this machine in what is built, so that two builds are the same bytes.
HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection -ffile-prefix-map=$(CURDIR)=.
# CET, where the processor has it: x86.
ifneq ($(filter x86_64 i686 amd64,$(shell uname -m)),)
HARDENING += -fcf-protection=full
endif
CFLAGS := -std=c11 -g $(MODE) $(HARDENING) $(WARNINGS) -Werror
LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack

# Where `make install` puts it; DESTDIR stands in front of all.
prefix := /usr/local
sysconfdir := /etc
bindir := $(prefix)/bin
datadir := $(prefix)/share
libdir := $(prefix)/lib
mandir := $(datadir)/man
docdir := $(datadir)/doc/postvagt
unitdir := $(libdir)/systemd/system
sysusersdir := $(libdir)/sysusers.d
zshdir := $(datadir)/zsh/site-functions
VERSION := $(shell sed -n 's/.*POSTVAGT_VERSION "\(.*\)"/\1/p' agent/base/system/version.h)

SOURCES := $(sort $(shell find agent -name '*.c'))
OBJECTS := $(SOURCES:%.c=$(B)/%.o)
LIBRARY_OBJECTS := $(filter-out $(B)/agent/main.o,$(OBJECTS))
UNIT_TESTS := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/unit/*/test_*.c)))
UNIT_SHARED := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/unit/*.c)))
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SHARED := $(B)/tests/fuzz/fuzz.o $(B)/tests/fuzz/feed_page.o $(B)/libpostvagt.a
REPLAYS := $(FUZZ_TARGETS:%=$(B)/replay/%)
FUZZERS := $(FUZZ_TARGETS:%=$(B)/fuzzer/%)
C_FILES = $(shell find agent tests -name '*.[ch]' | sort)

# A status of its own for a finding: 1 is what postvagt itself says when it fails.
export ASAN_OPTIONS := exitcode=99:strict_string_checks=1:detect_stack_use_after_return=1
export LSAN_OPTIONS := exitcode=99:suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS := exitcode=99:print_stacktrace=1

all: $(B)/postvagt ## the program, build/postvagt (default)

$(B)/postvagt: $(B)/agent/main.o $(B)/libpostvagt.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Made anew each time, also when a source went away: ar would keep its object.
$(B)/libpostvagt.a: $(LIBRARY_OBJECTS) $(B)/objects
	$(Q)rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $(LIBRARY_OBJECTS)

$(B)/objects: NAMES = $(LIBRARY_OBJECTS)
$(B)/unit-objects: NAMES = $(UNIT_SHARED)
$(B)/objects $(B)/unit-objects: FORCE
	@mkdir -p $(B)
	@echo '$(NAMES)' | cmp -s - $@ || echo '$(NAMES)' > $@

# The name by which the dynamic linker knows a library, from the one that this machine links to.
soname = $(shell objdump -p "$$($(CC) -print-file-name=lib$1.so)" | awk '$$1 == "SONAME" { print $$2 }')
LOADED := $(filter-out library,$(basename $(notdir $(wildcard agent/base/library/*.c))))
$(LOADED:%=$(B)/agent/base/library/%.o): private CPPFLAGS += -DLIBRARY_FILE='"$(call soname,$(*F))"'

# Linked to each function that the program gets from a library that it loads; never run.
$(B)/libraries.so: contrib/package/libraries.c $(wildcard agent/base/library/*.h) Makefile
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -Wl,-z,defs -o $@ $< $(shell pkg-config --libs $(PC_LOADED)) -ljq

$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# cmocka gives each test a state that few of them use.
$(UNIT_SHARED) $(UNIT_TESTS) $(B)/scale/work: private CPPFLAGS += $(TEST_CPPFLAGS) -Wno-unused-parameter

# What tests call of the libraries that the program loads.
$(B)/tests/unit/mail/test_server: LDLIBS += -lcurl
$(B)/tests/unit/net/test_fetch_login: LDLIBS += -lkrb5
$(B)/tests/unit/net/test_oauth: LDLIBS += -ljwt -lcrypto
$(B)/replay/feed_jq $(B)/fuzzer/feed_jq: LDLIBS += -ljq
$(B)/replay/xpath $(B)/fuzzer/xpath: LDLIBS += -lxml2

# What unit tests share. Made anew each time, as the program's library is.
$(B)/tests/libunit.a: $(UNIT_SHARED) $(B)/unit-objects
	$(Q)rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $(UNIT_SHARED)

$(UNIT_TESTS): $(B)/%: %.c $(B)/tests/libunit.a $(B)/libpostvagt.a Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -MT $@ \
		-o $@ $< $(B)/tests/libunit.a $(B)/libpostvagt.a $(TEST_LDLIBS) $(LDLIBS)

$(REPLAYS): $(B)/replay/%: $(B)/tests/fuzz/fuzz_%.o $(B)/tests/fuzz/replay.o $(FUZZ_SHARED)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(FUZZERS): $(B)/fuzzer/%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_SHARED)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

# What scenarios ask the matcher with.
$(B)/tests/read_mails: $(B)/tests/scenario/support/read_mails.o $(B)/libpostvagt.a
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

tests: $(UNIT_TESTS) $(REPLAYS) $(B)/tests/read_mails ## the programs of unit tests and replays, without running them

# Goes on after a failure, so that one run shows all that is wrong.
check: deps ## deps, build, unit tests, scenarios against slapd and Active Directory
	@$(MAKE) all tests
	@status=0; for t in check-unit check-fuzz check-slapd check-ad check-install check-package; do $(MAKE) $$t || status=1; done; exit $$status

check-unit: $(UNIT_TESTS) ## the unit tests
	@tests/unit/runner $^

check-fuzz: $(REPLAYS) ## the fuzz targets' corpora, replayed
	@tests/unit/runner $^

check-slapd: all $(B)/tests/read_mails ## the scenarios, against a real slapd
	@POSTVAGT=$(CURDIR)/$(B)/postvagt tests/scenario/run

# Only root can start a domain controller. sudo passes nothing on by itself; the folders stay the user's.
check-ad: deps ## the scenarios, against a real Active Directory (Samba; as root, else by sudo)
	@$(MAKE) all
	@mkdir -p build/ad-cache build/tls
	@as_root=env; test "$$(id -u)" = 0 || ! command -v sudo >/dev/null || as_root='sudo env'; \
	$$as_root DIRECTORY=active-directory POSTVAGT=$(CURDIR)/$(B)/postvagt JOBS=$(JOBS) KEEP=$(KEEP) \
		ASAN_OPTIONS=$(ASAN_OPTIONS) LSAN_OPTIONS=$(LSAN_OPTIONS) UBSAN_OPTIONS=$(UBSAN_OPTIONS) \
		tests/scenario/run

check-install: all $(B)/libraries.so ## what `make install` makes: hardening, units, completion, manuals, monitoring
	@POSTVAGT=$(CURDIR)/$(B)/postvagt tests/install/run

# Only root can make a root of its own. The packages are built anew in it, by Debian's own tools.
check-package: ## the packages: built twice, installed in a fresh root, run, upgraded, purged (as root, else by sudo)
	@$(MAKE) deps PACKAGES='$(PACKAGES) $(PACKAGING)'
	@as_root=env; test "$$(id -u)" = 0 || ! command -v sudo >/dev/null || as_root='sudo env'; \
	$$as_root tests/package/run

check-asan: check-quick-asan ## unit tests and scenarios, with ASan and UBSan
	@status=0; for t in check-slapd check-ad; do $(MAKE) VARIANT=asan $$t || status=1; done; exit $$status

check-quick-asan: deps ## unit tests and the fuzz targets' corpora, with ASan and UBSan
	@$(MAKE) VARIANT=asan all tests
	@status=0; for t in check-unit check-fuzz; do $(MAKE) VARIANT=asan $$t || status=1; done; exit $$status

check-valgrind: ## the scenarios under valgrind (slow)
	@$(MAKE) deps PACKAGES='$(PACKAGES) valgrind'
	@$(MAKE) all build/tests/read_mails
	@mkdir -p build/valgrind
	@printf '#!/bin/sh\nexec valgrind -q --error-exitcode=99 --leak-check=full "%s" "$$@"\n' \
		'$(CURDIR)/build/postvagt' > build/valgrind/postvagt
	@chmod +x build/valgrind/postvagt
	@POSTVAGT=$(CURDIR)/build/valgrind/postvagt tests/scenario/run

$(B)/scale/work: tests/scale/work.c tests/scale/remembered.c $(B)/tests/libunit.a $(B)/libpostvagt.a Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -MF $@.d -MT $@ \
		-o $@ $(filter %.c,$^) $(B)/tests/libunit.a $(B)/libpostvagt.a $(TEST_LDLIBS) $(LDLIBS)

# Keycloak is downloaded once (180 MB), and takes a minute to start.
check-slow: ## growth of the work, in instructions (valgrind); tokens of a Keycloak
	@$(MAKE) deps PACKAGES='$(PACKAGES) valgrind curl default-jre-headless'
	@$(MAKE) all build/scale/work build/tests/read_mails
	@status=0; WORK=$(CURDIR)/build/scale/work POSTVAGT=$(CURDIR)/$(B)/postvagt tests/scale/run || status=1; \
	SLOW=1 POSTVAGT=$(CURDIR)/$(B)/postvagt tests/scenario/run || status=1; exit $$status

fuzz: deps ## fuzz every parser, FUZZ_SECONDS (10) each; TARGETS names some only
	@$(MAKE) VARIANT=fuzz fuzzers
	@FUZZERS=build/fuzz/fuzzer tests/fuzz/run $(or $(TARGETS),$(FUZZ_TARGETS))

fuzzers: $(FUZZERS)

lint: deps ## format, clang-tidy, one-way arrows, headers and their examples, comments, manuals, shell, translation, map
	@$(MAKE) lint-only

lint-only:
	@CFLAGS='-std=c11 $(CPPFLAGS) $(WARNINGS) -DLIBRARY_FILE="any"' tests/lint/run

format: ## lay out the C files as .clang-format says
	clang-format -i $(C_FILES)

# Not part of a build: the table is in the tree. CLDR's files are read from the package, which is not installed.
windows-zones: ## the table of Windows' time zones, generated again from Debian's unicode-cldr-core
	@rm -rf $(B)/cldr && mkdir -p $(B)/cldr && cd $(B)/cldr && apt-get download -q unicode-cldr-core && dpkg-deb -x *.deb .
	@contrib/cldr/windows-zones $(B)/cldr/usr/share/unicode/cldr/common/supplemental/windowsZones.xml \
		$(B)/cldr/usr/share/doc/unicode-cldr-core/copyright > agent/feed/format/windows_zones.c

bench: PACKAGES += jq python3-icalendar python3-ldap valgrind
bench: deps ## measure
	@$(MAKE) all
	@POSTVAGT=$(CURDIR)/build/postvagt tests/bench/run

picture: deps ## the picture of the README, made anew of the page as it is
	@$(MAKE) all
	@PICTURE=1 POSTVAGT=$(CURDIR)/$(B)/postvagt tests/scenario/run the_picture_of_the_readme

demo: deps ## an example municipality, from empty to maintained
	@$(MAKE) all
	@POSTVAGT=$(CURDIR)/build/postvagt contrib/demo

demo-ad: deps ## the first day on an Active Directory that is twenty years old, with Kerberos (as root)
	@$(MAKE) all
	@POSTVAGT=$(CURDIR)/build/postvagt contrib/demo-ad

demo-mail: deps ## mail of KOMBIT that provably arrives, on Postfix and Dovecot (as root, else by sudo)
	@$(MAKE) all
	@POSTVAGT=$(CURDIR)/build/postvagt contrib/demo-mail

# Installs what is missing, and nothing otherwise. slapd and Postfix are told not to set up a daemon of their own, and
# systemd not to start Samba's, Postfix's and Dovecot's.
deps: ## the Debian packages that build and tests need
	@missing=$$(for p in $(PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; \
	done); \
	test -n "$$missing" || exit 0; \
	missing=$$(echo $$missing); \
	if test "$$(id -u)" = 0; then as_root=env; \
	elif command -v sudo >/dev/null; then as_root='sudo env'; \
	else echo "missing packages; as root: apt-get install $$missing" >&2; exit 1; fi; \
	echo "installing $$missing"; \
	for p in $$missing; do case $$p in \
		slapd) echo 'slapd slapd/no_configuration boolean true' ;; \
		postfix) echo 'postfix postfix/main_mailer_type select No configuration' ;; esac; done | \
		$$as_root debconf-set-selections && \
	{ test ! -d /run/systemd/system || for p in $$missing; do case $$p in \
		samba) echo smbd nmbd samba-ad-dc ;; winbind) echo winbind ;; \
		postfix) echo postfix ;; dovecot-core) echo dovecot.service dovecot.socket ;; esac; done | \
		xargs -r $$as_root systemctl mask -q; } && \
	$$as_root apt-get update -q && \
	$$as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing

MANUALS := $(sort $(wildcard agent/man/*.[578]))

install: all ## the program and what belongs to it, below $(DESTDIR)$(prefix)
	@contrib/package/install '$(B)' '$(DESTDIR)' bindir='$(bindir)' libdir='$(libdir)' mandir='$(mandir)' docdir='$(docdir)' \
		datadir='$(datadir)' sysconfdir='$(sysconfdir)' unitdir='$(unitdir)' \
		sysusersdir='$(sysusersdir)' zshdir='$(zshdir)' manuals='$(MANUALS)'

dist: ## build/postvagt-VERSION.tar.gz, the same bytes each time
	@contrib/package/dist build/postvagt-$(VERSION).tar.gz

deb: ## build/postvagt_VERSION_ARCH.deb; installs what the build needs, and nothing for tests
	@$(MAKE) deps PACKAGES='$(BUILDING) $(DEBIAN)'
	@contrib/package/deb build/deb build

sbom: all $(B)/libraries.so ## build/postvagt.cdx.json: CycloneDX, of the Debian packages whose libraries are linked or loaded
	@contrib/package/sbom $(B)/postvagt $(B)/libraries.so build/postvagt.cdx.json

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

-include $(OBJECTS:.o=.d) $(UNIT_SHARED:.o=.d) $(UNIT_TESTS:=.d) $(wildcard $(B)/tests/fuzz/*.d $(B)/tests/scenario/support/*.d) $(wildcard $(B)/scale/*.d)

.PHONY: all tests check check-slow check-unit check-fuzz fuzz fuzzers check-slapd check-ad check-install check-package check-asan \
	check-quick-asan check-valgrind lint lint-only format windows-zones bench picture demo demo-ad demo-mail deps install dist deb sbom \
	clean help FORCE
