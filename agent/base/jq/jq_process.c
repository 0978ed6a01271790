#include "base/jq/jq_process.h"

#include <errno.h>
#include <limits.h>
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
#define IMAGE    "/proc/self/exe"
#define REPLACED " (deleted)"

/* Milliseconds between two looks at a process that has said all. */
#define PAUSE 2

/* A run under way. */
struct jq_talk {
	struct jq_run *run; /* borrowed */
	pid_t pid;
	int socket;
	int64_t deadline;    /* of moment_uptime() */
	struct strbuf input; /* what is being sent */
	size_t sent;         /* of it */
	struct jq_output output;
	bool is_sent, is_closed; /* all was sent; nothing more comes */
};

/* The file of this program. By its name, where it still has one: under valgrind IMAGE is another program. */
static const char *find_image(char *path, size_t size)
{
	ssize_t length = readlink(IMAGE, path, size - 1);

	if (length <= 0 || (size_t)length == size - 1)
		return IMAGE;
	path[length] = '\0';
	if ((size_t)length > strlen(REPLACED) &&
		strcmp(path + length - strlen(REPLACED), REPLACED) == 0)
		return IMAGE;
	return path;
}

static bool start_process(struct jq_talk *talk)
{
	char name[] = JQ_CHILD_NAME, *const arguments[] = {name, NULL},
	     *const environment[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	char path[PATH_MAX];
	int sockets[2], failed;

	if (!jq_child_is_asked_for()) {
		talk->run->result.number = ENOSYS;
		return false;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
		talk->run->result.number = errno;
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
	failed = posix_spawn(&talk->pid, find_image(path, sizeof(path)), &actions, &attributes,
		arguments, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(sockets[1]);
	if (failed)
		close(sockets[0]);
	talk->socket = sockets[0];
	talk->run->result.number = failed;
	return failed == 0;
}

/* Begin a text in what is to be sent: its length is not known yet. */
static void begin_text(struct jq_talk *talk)
{
	const uint64_t size = 0;

	strbuf_reset(&talk->input);
	strbuf_add(&talk->input, &size, sizeof(size));
	talk->sent = 0;
}

static void end_text(struct jq_talk *talk)
{
	const uint64_t size = talk->input.length - sizeof(size);

	memcpy(talk->input.text, &size, sizeof(size));
}

/* Get the next page to send, or report to the process that no page is left. */
static void next_input(struct jq_talk *talk)
{
	struct jq_run *run = talk->run;

	begin_text(talk);
	if (run->next && run->next(run->context, &talk->input)) {
		end_text(talk);
	} else {
		talk->is_sent = true;
		shutdown(talk->socket, SHUT_WR);
	}
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
	return jq_output_add(&talk->output, bytes, (size_t)count);
}

/* Send and read until the process closes its end. False where it is to be killed. */
static bool talk_on(struct jq_talk *talk)
{
	while (!talk->is_closed) {
		struct pollfd ready = {.fd = talk->socket, .events = POLLIN};
		int64_t left = talk->deadline - moment_uptime();

		if (left <= 0) {
			talk->run->result.end = JQ_TIME;
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

static void kill_process(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* What a process that ended by itself came to. */
static void judge_status(struct jq_result *result, const struct jq_output *output, int status)
{
	if (WIFSIGNALED(status)) {
		result->number = WTERMSIG(status);
		result->end = result->number == SIGXCPU ? JQ_CPU : JQ_KILLED;
	} else if (WEXITSTATUS(status) == JQ_EXIT_MEMORY) {
		result->end = JQ_MEMORY;
	} else if (WEXITSTATUS(status) != JQ_EXIT_DONE || !jq_output_is_whole(output)) {
		result->number = WEXITSTATUS(status);
		result->end = JQ_BROKEN;
	}
}

/* Wait, until the deadline, for the end of a process that has closed its end. */
static void wait_process(struct jq_talk *talk)
{
	int status = 0;

	while (waitpid(talk->pid, &status, WNOHANG) == 0) {
		if (moment_uptime() > talk->deadline) {
			talk->run->result.end = JQ_TIME;
			kill_process(talk->pid);
			return;
		}
		moment_sleep(PAUSE);
	}
	judge_status(&talk->run->result, &talk->output, status);
}

void jq_run_pages(struct jq_run *run, struct strbuf *records)
{
	struct jq_talk talk = {.run = run,
		.deadline = moment_uptime() + (run->most ? run->most : JQ_WALL_MAX),
		.input = STRBUF_INIT};

	jq_output_init(&talk.output, &run->result, records, run->records_max);
	if (!start_process(&talk)) {
		run->result.end = JQ_NOT_STARTED;
		return;
	}
	strbuf_addc(records, '[');
	begin_text(&talk);
	strbuf_adds(&talk.input, run->program);
	end_text(&talk);
	if (talk_on(&talk))
		wait_process(&talk);
	else
		kill_process(talk.pid);
	strbuf_addc(records, ']');
	close(talk.socket);
	strbuf_release(&talk.input);
	jq_output_release(&talk.output);
}

void jq_run_release(struct jq_run *run)
{
	strbuf_release(&run->result.words);
}

/* "jq: the program failed on page 2 (Cannot iterate over null)" */
static void add_where(struct strbuf *out, const struct jq_run *run, size_t pages, const char *what)
{
	if (pages > 1)
		strbuf_addf(out, _("%s on page %zu"), what, run->result.page + 1);
	else
		strbuf_adds(out, what);
	if (run->result.words.length > 0)
		strbuf_addf(out, " (%s)", run->result.words.text);
}

void jq_run_add_problem(struct strbuf *out, const struct jq_run *run, size_t pages)
{
	const struct jq_result *result = &run->result;

	strbuf_adds(out, "jq: ");
	switch (result->end) {
	case JQ_DONE:
		break;
	case JQ_NOT_STARTED:
		strbuf_addf(out, _("its process cannot be started: %s"), strerror(result->number));
		break;
	case JQ_NOT_COMPILED:
		if (result->number > 0)
			strbuf_addf(out, _("line %d of the program: "), result->number);
		strbuf_add_safe(out, result->words.text);
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
		strbuf_addf(out, _("the program was ended by signal %d (%s)"), result->number,
			strsignal(result->number));
		break;
	case JQ_BROKEN:
		strbuf_addf(out, _("its process broke off (status %d)"), result->number);
		break;
	}
}
