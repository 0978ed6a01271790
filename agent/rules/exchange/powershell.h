/*
 * PowerShell scripts that carry texts from outside: in single quotes, in ASCII, so that nothing gets out of its quotes and
 * Windows PowerShell, which reads a file without a mark in the machine's code page, reads the same text.
 */
#ifndef RULES_EXCHANGE_POWERSHELL_H
#define RULES_EXCHANGE_POWERSHELL_H

struct strbuf;
struct strings;

/* Add a text as an expression in parentheses; what is not ASCII is written as [char]. */
void powershell_add_text(struct strbuf *out, const char *text);

/* Add texts as an array, a line each, behind `indent` blanks; the last line is the closing parenthesis. */
void powershell_add_texts(struct strbuf *out, const struct strings *texts, const char *indent);

/* Add "# ", the text made safe, and a newline. */
void powershell_add_comment(struct strbuf *out, const char *text);

#endif
