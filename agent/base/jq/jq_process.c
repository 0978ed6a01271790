#include "base/jq/jq_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/jq/jq_child.h"
#include "base/jq/jq_confinement.h"
#include "base/jq/jq_protocol.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/moment.h"

/* This program, also where its file was replaced since it was started. */
#define IMAGE "/proc/self/exe"

/* Milliseconds between two looks at a process that has said all. */
#define PAUSE 2

/* A run under way. */
struct jq_talk {
	struct jq_run *run;     /* borrowed */
	struct strbuf *records; /* borrowed */
	pid_t pid;
	int socket;
	int64_t deadline;     /* of moment_uptime() */
	struct strbuf input;  /* what is being sent */
	size_t sent;          /* of it */
	struct strbuf output; /* what came and is not yet a whole line */
	size_t output_count;  /* all that came */
	size_t record_count;
	bool is_sent, is_closed, is_last; /* all was sent; nothing more comes; the last line came */
};

static bool start_process(struct jq_talk *talk)
{
	char name[] = JQ_CHILD_NAME, *const arguments[] = {name, NULL},
	     *const environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	int sockets[2], failed;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
		talk->run->number = errno;
		return false;
	}
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, sockets[1], 0);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	failed = posix_spawn(&talk->pid, IMAGE, &actions, &attributes, arguments, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(sockets[1]);
	talk->socket = sockets[0];
	talk->run->number = failed;
	return failed == 0;
}

static void put_text(struct strbuf *input, const char *text, size_t length)
{
	const uint64_t size = length;

	strbuf_add(input, &size, sizeof(size));
	strbuf_add(input, text, length);
}

/* Have something to send, or tell the process that there is no more. */
static void next_input(struct jq_talk *talk)
{
	struct jq_run *run = talk->run;
	struct strbuf page = STRBUF_INIT;

	strbuf_reset(&talk->input);
	talk->sent = 0;
	if (run->next && run->next(run->context, &page)) {
		put_text(&talk->input, page.text, page.length);
	} else {
		talk->is_sent = true;
		shutdown(talk->socket, SHUT_WR);
	}
	strbuf_release(&page);
}

/* Send what can be sent at once. A process that takes nothing more is seen by what it says, and how it ends. */
static void send_input(struct jq_talk *talk)
{
	ssize_t bytes = send(talk->socket, talk->input.text + talk->sent,
		talk->input.length - talk->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (bytes > 0)
		talk->sent += (size_t)bytes;
	else if (bytes < 0 && errno != EAGAIN && errno != EINTR)
		talk->is_sent = true;
	if (!talk->is_sent && talk->sent == talk->input.length)
		next_input(talk);
}

/* Whether jq's words begin with `start`, which is passed over then. */
static bool skip_words(const char **words, const char *start)
{
	size_t length = strlen(start);

	if (strncmp(*words, start, length) != 0)
		return false;
	*words += length;
	return true;
}

/* "jq: error: syntax error, unexpected '|' (Unix shell quoting issues?) at <top-level>, line 1:" */
static void keep_compile_error(struct jq_run *run, const char *words)
{
	static const char place[] = " at <top-level>, line ",
			  shell[] = " (Unix shell quoting issues?)";
	const char *end, *cut;

	skip_words(&words, "jq: ");
	skip_words(&words, "error: ");
	end = strstr(words, place);
	run->number = end ? (int)strtol(end + strlen(place), NULL, 10) : 0;
	end = end ? end : words + strlen(words);
	cut = strstr(words, shell);
	if (cut && cut + strlen(shell) == end)
		end = cut;
	strbuf_add(&run->words, words, (size_t)(end - words));
}

/* Keep of jq's words what names kinds of values only: they may quote what was read. */
static void keep_failure(struct jq_run *run, const char *words)
{
	static const char *const deeds[] = {"Cannot iterate over ", "Cannot index "};
	static const char *const kinds[] = {
		"null", "boolean", "number", "string", "array", "object"};

	for (size_t i = 0; i < COUNT(deeds); i++) {
		const char *rest = words;

		if (!skip_words(&rest, deeds[i]))
			continue;
		for (size_t j = 0; j < COUNT(kinds); j++) {
			if (strncmp(rest, kinds[j], strlen(kinds[j])) == 0)
				strbuf_addf(&run->words, "%s%s", deeds[i], kinds[j]);
		}
		return;
	}
}

/* Take one line of what the process says. False: it says nothing that is known. */
static bool take_line(struct jq_talk *talk, const char *line, size_t length)
{
	struct jq_run *run = talk->run;
	struct strbuf *records = talk->records;

	switch (*line) {
	case JQ_SAYS_RECORD:
		if (run->records_max > 0 && ++talk->record_count > run->records_max) {
			run->end = JQ_RECORDS;
			return false;
		}
		if (records->text[records->length - 1] != '[')
			strbuf_addc(records, ',');
		strbuf_add(records, line + 1, length - 1);
		return true;
	case JQ_SAYS_PAGE:
		run->page++;
		return true;
	case JQ_SAYS_DONE:
		run->end = JQ_DONE;
		break;
	case JQ_SAYS_FAILED:
		run->end = JQ_FAILED;
		keep_failure(run, line + 1);
		break;
	case JQ_SAYS_NOTHING:
		run->end = JQ_NOTHING;
		break;
	case JQ_SAYS_HALTED:
		run->end = JQ_HALTED;
		break;
	case JQ_SAYS_NOT_COMPILED:
		run->end = JQ_NOT_COMPILED;
		keep_compile_error(run, line + 1);
		break;
	default:
		return false;
	}
	talk->is_last = true;
	return true;
}

/* Take the lines that are whole. */
static bool take_lines(struct jq_talk *talk)
{
	struct strbuf *output = &talk->output, rest = STRBUF_INIT;
	char *line = output->text, *end = output->text + output->length, *newline;
	bool is_good = true;

	while (is_good && (newline = memchr(line, '\n', (size_t)(end - line)))) {
		*newline = '\0';
		is_good = !talk->is_last && newline > line &&
			take_line(talk, line, (size_t)(newline - line));
		line = newline + 1;
	}
	strbuf_add(&rest, line, (size_t)(end - line));
	strbuf_release(output);
	*output = rest;
	return is_good;
}

/* Read what came. False where it is too much, or nothing that is known. */
static bool read_output(struct jq_talk *talk)
{
	char bytes[1 << 16];
	ssize_t count = recv(talk->socket, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (count <= 0) {
		talk->is_closed = true;
		return true;
	}
	talk->output_count += (size_t)count;
	if (talk->output_count > JQ_OUTPUT_MAX) {
		talk->run->end = JQ_OUTPUT;
		return false;
	}
	strbuf_add(&talk->output, bytes, (size_t)count);
	return !memchr(bytes, '\n', (size_t)count) || take_lines(talk);
}

/* Send and read until the process closes its end. False where it is to be killed. */
static bool talk_on(struct jq_talk *talk)
{
	while (!talk->is_closed) {
		struct pollfd ready = {.fd = talk->socket, .events = POLLIN};
		int64_t left = talk->deadline - moment_uptime();

		if (left <= 0) {
			talk->run->end = JQ_TIME;
			return false;
		}
		if (!talk->is_sent)
			ready.events |= POLLOUT;
		if (poll(&ready, 1, (int)left) <= 0)
			continue;
		if (ready.revents & POLLOUT)
			send_input(talk);
		if ((ready.revents & ~POLLOUT) && !read_output(talk))
			return false;
	}
	return true;
}

/* Wait for the process to end, until the deadline; then it is killed. Its status, as of waitpid(). */
static int wait_process(struct jq_talk *talk, bool is_to_kill)
{
	int status = 0;

	while (!is_to_kill && waitpid(talk->pid, &status, WNOHANG) == 0) {
		is_to_kill = moment_uptime() > talk->deadline;
		if (!is_to_kill)
			moment_sleep(PAUSE);
		else
			talk->run->end = JQ_TIME;
	}
	if (is_to_kill) {
		kill(talk->pid, SIGKILL);
		while (waitpid(talk->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	return status;
}

/* What a process that ended by itself came to. */
static void judge_status(struct jq_talk *talk, int status)
{
	struct jq_run *run = talk->run;

	if (WIFSIGNALED(status)) {
		run->number = WTERMSIG(status);
		run->end = run->number == SIGXCPU ? JQ_CPU : JQ_KILLED;
	} else if (WEXITSTATUS(status) == JQ_EXIT_MEMORY) {
		run->end = JQ_MEMORY;
	} else if (WEXITSTATUS(status) != JQ_EXIT_DONE || !talk->is_last ||
		talk->output.length > 0) {
		run->number = WEXITSTATUS(status);
		run->end = JQ_BROKEN;
	}
}

void jq_run_pages(struct jq_run *run, struct strbuf *records)
{
	struct jq_talk talk = {.run = run,
		.records = records,
		.deadline = moment_uptime() + (run->most ? run->most : JQ_WALL_MAX),
		.input = STRBUF_INIT,
		.output = STRBUF_INIT};
	bool is_good;

	run->words = (struct strbuf)STRBUF_INIT;
	run->page = 0;
	run->end = JQ_BROKEN;
	strbuf_addc(records, '[');
	if (!jq_child_is_asked_for()) {
		run->number = ENOSYS;
		run->end = JQ_NOT_STARTED;
		return;
	}
	if (!start_process(&talk)) {
		run->end = JQ_NOT_STARTED;
		return;
	}
	put_text(&talk.input, run->program, strlen(run->program));
	is_good = talk_on(&talk);
	if (is_good)
		judge_status(&talk, wait_process(&talk, false));
	else
		wait_process(&talk, true);
	strbuf_addc(records, ']');
	close(talk.socket);
	strbuf_release(&talk.input);
	strbuf_release(&talk.output);
}

void jq_run_release(struct jq_run *run)
{
	strbuf_release(&run->words);
}

/* "jq: the program failed on page 2 (Cannot iterate over null)" */
static void add_where(struct strbuf *out, const struct jq_run *run, size_t pages, const char *what)
{
	if (pages > 1)
		strbuf_addf(out, _("%s on page %zu"), what, run->page + 1);
	else
		strbuf_adds(out, what);
	if (run->words.length > 0)
		strbuf_addf(out, " (%s)", run->words.text);
}

void jq_run_add_problem(struct strbuf *out, const struct jq_run *run, size_t pages)
{
	strbuf_adds(out, "jq: ");
	switch (run->end) {
	case JQ_DONE:
		break;
	case JQ_NOT_STARTED:
		strbuf_addf(out, _("its process cannot be started: %s"), strerror(run->number));
		break;
	case JQ_NOT_COMPILED:
		if (run->number > 0)
			strbuf_addf(out, _("line %d of the program: "), run->number);
		strbuf_add_safe(out, run->words.text);
		break;
	case JQ_FAILED:
		add_where(out, run, pages, _("the program failed"));
		break;
	case JQ_NOTHING:
		add_where(out, run, pages,
			_("the program gave null or false, where records are expected;"
			  " `empty` gives none"));
		break;
	case JQ_HALTED:
		add_where(out, run, pages, _("the program called halt"));
		break;
	case JQ_CPU:
		strbuf_addf(out, _("the program took more than %d s of processor time"),
			JQ_SECONDS_MAX);
		break;
	case JQ_MEMORY:
		strbuf_addf(out, _("the program took more than %lu MiB of memory"),
			JQ_MEMORY_MAX >> 20);
		break;
	case JQ_TIME:
		strbuf_addf(out, _("the program took more than %d s"), JQ_WALL_MAX / 1000);
		break;
	case JQ_OUTPUT:
		strbuf_addf(out, _("the program gave more than %zu MiB"), JQ_OUTPUT_MAX >> 20);
		break;
	case JQ_RECORDS:
		strbuf_addf(out, _("the program gave more than %zu records"), run->records_max);
		break;
	case JQ_KILLED:
		strbuf_addf(out, _("the program was ended by signal %d (%s)"), run->number,
			strsignal(run->number));
		break;
	case JQ_BROKEN:
		strbuf_addf(out, _("its process broke off (status %d)"), run->number);
		break;
	}
}
