#include "directory/write/pipeline.h"

#include <ldap.h>

#include "directory/connection/connection.h"

/* A place for one list at a time. */
struct lane {
	struct list_writer writer;
	enum { LANE_FREE, LANE_READY, LANE_IN_FLIGHT, LANE_FAILED } state;
	int result; /* LANE_FAILED: what its request came to */
};

struct pipeline_ctx {
	struct write_ctx *run;
	const struct list_source *source;
	struct lane lanes[IN_FLIGHT_MAX];
	size_t in_flight, failed;
};

static void lane_fail(struct pipeline_ctx *ctx, struct lane *lane, int result)
{
	lane->state = LANE_FAILED;
	lane->result = result;
	ctx->failed++;
}

/* Nothing more can be learnt of what is in flight. What waits in vain is abandoned, as RFC 4511 section 4.11 has it. */
static void lose_all(struct pipeline_ctx *ctx, int result)
{
	for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
		struct lane *lane = &ctx->lanes[i];

		if (lane->state != LANE_IN_FLIGHT)
			continue;
		if (result == LDAP_TIMEOUT)
			ldap_abandon_ext(ctx->run->connection->ld, lane->writer.id, NULL, NULL);
		list_writer_lose(&lane->writer);
		lane_fail(ctx, lane, result);
	}
	ctx->in_flight = 0;
}

/* Send a list's next chunk, or, where that list has no more, the first of the next list that has one. */
static void fill_lane(struct pipeline_ctx *ctx, struct lane *lane)
{
	struct write_ctx *run = ctx->run;
	int result;

	while (lane->state != LANE_IN_FLIGHT) {
		if (lane->state == LANE_FREE) {
			lane->writer = (struct list_writer){.run = run, .failure = ERROR_INIT};
			if (!ctx->source->next(ctx->source->context, &lane->writer))
				return;
			lane->state = LANE_READY;
		}
		if (run->lost.kind != ERROR_NONE)
			error_set(&lane->writer.failure, run->lost.kind, "%s", run->lost.text.text);
		if (run->lost.kind != ERROR_NONE || !list_writer_next(&lane->writer)) {
			ctx->source->done(ctx->source->context, &lane->writer);
			list_writer_release(&lane->writer);
			lane->state = LANE_FREE;
			continue;
		}
		result = list_writer_send(&lane->writer);
		if (result != LDAP_SUCCESS) {
			list_writer_hear(&lane->writer);
			lane_fail(ctx, lane, result);
			return;
		}
		lane->state = LANE_IN_FLIGHT;
		ctx->in_flight++;
		incoming_allow(&run->connection->incoming, ANSWER_BYTES_MAX);
	}
}

static struct lane *find_lane(struct pipeline_ctx *ctx, int id)
{
	for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
		if (ctx->lanes[i].state == LANE_IN_FLIGHT && ctx->lanes[i].writer.id == id)
			return &ctx->lanes[i];
	}
	return NULL;
}

/* Take one answer. What the server says unasked is passed over: incoming_allow() bounds it. */
static void take_answer(struct pipeline_ctx *ctx)
{
	struct connection *connection = ctx->run->connection;
	int id, result = connection_next_answer(connection, &id);
	struct lane *lane = find_lane(ctx, id);

	if (lane) {
		connection->requests++;
		incoming_allow(&connection->incoming, ANSWER_BYTES_MAX);
	}
	if (id < 0 || (lane && connection_is_gone(result))) {
		lose_all(ctx, result);
	} else if (lane) {
		ctx->in_flight--;
		list_writer_hear(&lane->writer);
		lane->state = LANE_READY;
		if (result == LDAP_SUCCESS)
			list_writer_settle(&lane->writer, result);
		else
			lane_fail(ctx, lane, result);
	}
}

/* One after the other, in the order of the lanes, while nothing else is in flight. */
static void settle_failed(struct pipeline_ctx *ctx)
{
	for (size_t i = 0; i < IN_FLIGHT_MAX; i++) {
		struct lane *lane = &ctx->lanes[i];

		if (lane->state != LANE_FAILED)
			continue;
		list_writer_settle(&lane->writer, lane->result);
		lane->state = LANE_READY;
	}
	ctx->failed = 0;
}

void pipeline_write(struct write_ctx *run, const struct list_source *source)
{
	struct pipeline_ctx ctx = {.run = run, .source = source};

	while (true) {
		for (size_t i = 0; i < IN_FLIGHT_MAX && ctx.failed == 0; i++)
			fill_lane(&ctx, &ctx.lanes[i]);
		if (ctx.in_flight > 0)
			take_answer(&ctx);
		else if (ctx.failed > 0)
			settle_failed(&ctx);
		else
			break;
	}
}
