#include "net/oauth_state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory/memory.h"
#include "base/text/strbuf.h"
#include "net/oauth.h"

/* What forked processes see, too. */
struct shared_state {
	enum oauth_outcome outcome;
	moment at, until;
};

struct known_state {
	char *identity; /* owned: oauth_identity() of the settings */
	char *words;    /* owned; NULL: none */
	struct oauth_state state;
	struct shared_state *shared; /* owned: a mapping; NULL: this process's state is its own */
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

/* That of the settings, made where there is none yet. */
static struct known_state *take_state(const struct oauth_settings *settings)
{
	char *identity = oauth_identity(settings);
	struct known_state *known = find_state(identity);

	if (known) {
		free(identity);
		return known;
	}
	known = memory_get(sizeof(*known));
	*known = (struct known_state){.identity = identity, .next = known_states};
	known_states = known;
	return known;
}

/* What another process has set since counts, without the words, which that process alone has. */
static struct oauth_state state_of(const struct known_state *known)
{
	struct oauth_state state = known->state;

	if (!known->shared)
		return state;
	if (known->shared->outcome != state.outcome || known->shared->at != state.at)
		state.words = NULL;
	state.outcome = known->shared->outcome;
	state.at = known->shared->at;
	state.until = known->shared->until;
	return state;
}

struct oauth_state oauth_state_find(const struct oauth_settings *settings)
{
	char *identity = oauth_identity(settings);
	const struct known_state *known = find_state(identity);

	free(identity);
	return known ? state_of(known) : (struct oauth_state){.outcome = OAUTH_UNUSED};
}

static void set_shared(struct known_state *known)
{
	const struct oauth_state *state = &known->state;

	if (known->shared)
		*known->shared = (struct shared_state){state->outcome, state->at, state->until};
}

void oauth_state_share(const struct oauth_settings *settings)
{
	struct known_state *known = take_state(settings);
	void *shared;

	if (known->shared)
		return;
	shared = mmap(NULL, sizeof(*known->shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return;
	known->shared = shared;
	set_shared(known);
}

static void note_state(const struct oauth_settings *settings, struct oauth_state state)
{
	struct known_state *known = take_state(settings);
	struct strbuf words = STRBUF_INIT;

	if (state.words)
		strbuf_adds(&words, state.words);
	free(known->words);
	known->words = state.words ? strbuf_detach(&words) : NULL;
	strbuf_release(&words);
	known->state = state;
	known->state.words = known->words;
	known->state.at = moment_now();
	set_shared(known);
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

		if (known_states->shared)
			munmap(known_states->shared, sizeof(*known_states->shared));
		free(known_states->identity);
		free(known_states->words);
		free(known_states);
		known_states = next;
	}
}
