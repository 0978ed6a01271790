/*
 * The part of the Sieve script that reads a subject (CONTRACT section 7), in the variable `subject`, as a regular
 * expression can look through it: invisible characters taken out, blanks of all kinds made spaces, marks of
 * mailbox.ignore made a control character, `cut`, which counts as a blank but in tags.
 *
 * The order in the script: sieve_subject_add_ready(), tests of ${subject} by sieve_subject_add_tag() and
 * others, sieve_subject_add_priority().
 *
 * Other variables: `front` is what may be before the start of a subject (reply prefixes, blanks), `edge` a
 * character that can be no part of a word, `carried`, `carried_long` and `carried_words` the spellings found so far, and `tag` a
 * control character that takes their place once all are found.
 *
 * Runs of a script that take 1.5 s of processor time or more are added up by Pigeonhole, and past 30 s within an
 * hour it runs the script no more (sieve_max_cpu_time, sieve_resource_usage_timeout). With 500 spellings and 220 marks, the
 * worst subject that was tried takes 0.4 s.
 *
 * What Sieve cannot express, or Pigeonhole does not do, so that a mail is treated in another way than by matcher.h:
 *
 * - Pigeonhole keeps 4096 bytes of a subject (sieve_variables_max_variable_size); of a longer one, the rest is not read.
 * - Bytes that are not UTF-8 are all one and the same character to it, U+FFFD, which fits any letter that is not
 *   ASCII: "[Sikkerhedsh\xE5ndelse]", with a wrong letter in raw ISO-8859-1, is taken for the tag with an ae.
 * - Of several Subject fields the first is read.
 * - SIEVE_CUTS_MAX invisible characters in one subject, and as many blanks that are not spaces, are dealt with: what is
 *   more than that, and stands furthest in front, is not. Of ignored marks and of tags in
 *   front of a "!", SIEVE_MARKS_MAX; of one that is a word, 4.
 * - "*" of an ignored mark that other text than a bracket follows ends at that text's first character.
 * - Letters with more than two forms (U+212A KELVIN SIGN, U+017F LONG S, sharp s) are compared as themselves.
 * - A word that is spelt without brackets ends at ASCII's signs, and at those that edge_ranges (sieve_subject.c)
 *   names; not at most emoji.
 * - The same Message-ID is passed on to one address once within 12 hours (sieve_redirect_duplicate_period):
 *   "discarded duplicate forward". A second mail of that name with another tag goes to that tag's lists.
 * - The spellings of all tags that one subject carries have 4096 bytes as expressions, room for a dozen tags at
 *   least. Past that, Pigeonhole logs an error, and a "!" beside a tag is not seen; all lists get the mail.
 *
 * tests/scenario/rules_sieve.py holds each of these but the last to be so.
 */
#ifndef RULES_SIEVE_SIEVE_SUBJECT_H
#define RULES_SIEVE_SIEVE_SUBJECT_H

struct rules;
struct rules_tag;
struct strbuf;

#define SIEVE_CUTS_MAX  91
#define SIEVE_MARKS_MAX 14

/* Set the variables, and make `subject` ready. */
void sieve_subject_add_ready(struct strbuf *out, const struct rules *rules);

/* Add the test whether the subject begins, after `front`, with the words of an answer. */
void sieve_subject_add_answer(struct strbuf *out);

/* Add the test whether the subject carries a tag; and, for the block that follows, the lines that note its spellings. */
void sieve_subject_add_tag(struct strbuf *out, const struct rules_tag *tag);
void sieve_subject_add_carried(struct strbuf *out, const struct rules *rules,
	const struct rules_tag *tag);

/* Add what sets `critical` to "yes" where a field or the subject says so. Carried tags are `tag` in `subject` from then on. */
void sieve_subject_add_priority(struct strbuf *out);

/* Add the test of a field against a row of vocabulary.h. */
struct field_row;
void sieve_subject_add_field(struct strbuf *out, const struct field_row *row);

#endif
