/*
 * Texts from outside, written so that whoever pastes them gets the text itself: as YAML, as a word
 * of a shell or of PowerShell, as an argument of slapd.conf(5), as a line of LDIF. What is printed has
 * no hidden characters (hidden.h), and stays on its line.
 */
#ifndef BASE_TEXT_QUOTE_H
#define BASE_TEXT_QUOTE_H

struct strbuf;

/*
 * A double-quoted scalar (YAML 1.1 section 5.7). YAML has no way to write bytes that are not UTF-8:
 * these become "\xx" in the value, which in a DN is the same.
 */
void quote_yaml(struct strbuf *out, const char *text);

/* A scalar without quotes where YAML takes that for the same text, also in a flow sequence; else as quote_yaml(). */
void quote_yaml_word(struct strbuf *out, const char *text);

/* The same for a value that stands alone behind its key, where commas and blanks need no quotes: a DN. */
void quote_yaml_line(struct strbuf *out, const char *text);

/* One word of bash, zsh or dash: bare, in '…', or in $'…' where characters are hidden (not dash). */
void quote_shell(struct strbuf *out, const char *text);

/* A DN as a string of PowerShell in '…', or as an argument of slapd.conf(5) in "…"; hidden characters as a DN escapes them. */
void quote_powershell(struct strbuf *out, const char *dn);
void quote_slapd(struct strbuf *out, const char *dn);

/* One line of LDIF (RFC 2849), "name: value" or "name:: base64", not folded, with its newline. */
void quote_ldif(struct strbuf *out, const char *name, const char *value);

#endif
