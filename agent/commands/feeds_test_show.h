/* What `postvagt feeds test` prints: one reading of a feed, as it was understood, record by record. */
#ifndef COMMANDS_FEEDS_TEST_SHOW_H
#define COMMANDS_FEEDS_TEST_SHOW_H

struct feed;
struct person;
struct session;

/*
 * Print what one reading says, as text or JSON, as the options ask; `feed` has not been judged away (feeds.keeps_pending).
 * People are named as the feed names them. `person`: the records of that person alone, each with all that it states; NULL: all
 * records, with the first that each states.
 */
void feeds_test_show(const struct session *session, const struct feed *feed,
	const struct person *person);

#endif
