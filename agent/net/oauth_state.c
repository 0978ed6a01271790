#include "net/oauth_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"
#include "base/text/strbuf.h"
#include "net/oauth.h"

struct known_state {
	char *identity; /* owned: oauth_identity() of the settings */
	char *words;    /* owned; NULL: none */
	struct oauth_state state;
	struct known_state *next;
};

/* One for each oauth section of the settings that was used; until the process ends. */
static struct known_state *known_states;

static struct known_state *find_state(const char *identity)
{
	struct known_state *known = known_states;

	while (known && strcmp(known->identity, identity) != 0)
		known = known->next;
	return known;
}

struct oauth_state oauth_state_find(const struct oauth_settings *settings)
{
	char *identity = oauth_identity(settings);
	const struct known_state *known = find_state(identity);

	free(identity);
	return known ? known->state : (struct oauth_state){.outcome = OAUTH_UNUSED};
}

static void note_state(const struct oauth_settings *settings, struct oauth_state state)
{
	char *identity = oauth_identity(settings);
	struct known_state *known = find_state(identity);
	struct strbuf words = STRBUF_INIT;

	if (state.words)
		strbuf_adds(&words, state.words);

	if (known) {
		free(identity);
		free(known->words);
	} else {
		known = memory_get(sizeof(*known));
		*known = (struct known_state){.identity = identity, .next = known_states};
		known_states = known;
	}
	known->words = state.words ? strbuf_detach(&words) : NULL;
	strbuf_release(&words);
	known->state = state;
	known->state.words = known->words;
	known->state.at = moment_now();
}

void oauth_state_got(const struct oauth_settings *settings, moment until)
{
	note_state(settings, (struct oauth_state){.outcome = OAUTH_VALID, .until = until});
}

void oauth_state_failed(const struct oauth_settings *settings, enum oauth_outcome outcome,
	const char *words)
{
	note_state(settings, (struct oauth_state){.outcome = outcome, .words = words});
}

void oauth_state_forget(void)
{
	while (known_states) {
		struct known_state *next = known_states->next;

		free(known_states->identity);
		free(known_states->words);
		free(known_states);
		known_states = next;
	}
}
