/* SPDX-License-Identifier: MIT */
/* The last action against a plain reading of SPEC 2, in any order of arrival,
 * with and without spilling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "mtrack/entry.h"
#include "mtrack/merge.h"

/* One logged state of a mail. */
struct state {
	int64_t gen; /* ms */
	int64_t own; /* timestamp, or TIME_NONE */
	uint32_t file;
	uint64_t offset;
	unsigned mail;
	unsigned recipient;
};

static struct record
make(const struct state *state, char mail[32], char recipient[32])
{
	struct record rec = {.stamp = TIME_NONE};

	snprintf(
	    mail, 32, state->offset % 2 ? "MAIL-%u" : "mail-%u", state->mail);
	snprintf(recipient, 32, state->gen % 2 ? "R%u@x.org" : "r%u@X.org",
	    state->recipient);
	rec.present = FIELD_BIT(FIELD_GEN_TIME) | FIELD_BIT(FIELD_MAIL_ID) |
	    FIELD_BIT(FIELD_RECIPIENT);
	rec.time[FIELD_GEN_TIME] = state->gen;
	if (state->own != TIME_NONE) {
		rec.present |= FIELD_BIT(FIELD_TIMESTAMP);
		rec.time[FIELD_TIMESTAMP] = state->own;
	}
	rec.text[FIELD_MAIL_ID] = str_from(mail);
	rec.text[FIELD_RECIPIENT] = str_from(recipient);
	rec.origin = (struct origin){state->file, 0, state->offset, 0};
	return rec;
}

/* SPEC 2, word for word. */
static bool
newer(const struct state *a, const struct state *b)
{
	if (a->gen / 1000 != b->gen / 1000)
		return a->gen / 1000 > b->gen / 1000;
	if ((a->own != TIME_NONE) != (b->own != TIME_NONE))
		return a->own != TIME_NONE;
	if (a->gen != b->gen)
		return a->gen > b->gen;
	if (a->file != b->file)
		return a->file > b->file;
	return a->offset > b->offset;
}

struct expected {
	const struct state *winner;
	const struct state *lender;
	int64_t oldest;
};

static struct expected
expect(
    const struct state *states, size_t count, unsigned mail, unsigned recipient)
{
	struct expected result = {.oldest = INT64_MAX};

	for (size_t i = 0; i < count; i++) {
		const struct state *at = &states[i];

		if (at->mail != mail || at->recipient != recipient)
			continue;
		if (!result.winner || newer(at, result.winner))
			result.winner = at;
		if (at->own != TIME_NONE &&
		    (!result.lender || newer(at, result.lender)))
			result.lender = at;
		if (at->gen < result.oldest)
			result.oldest = at->gen;
	}
	return result;
}

struct check {
	const struct state *states;
	size_t count;
	size_t given;
	size_t lost; /* of those that were put in apart */
};

static enum flow
check_winner(void *ctx, const struct record *rec)
{
	struct check *check = ctx;
	unsigned mail = (unsigned)atoi(rec->text[FIELD_MAIL_ID].ptr + 5);
	unsigned recipient = (unsigned)atoi(rec->text[FIELD_RECIPIENT].ptr + 1);
	struct expected expected =
	    expect(check->states, check->count, mail, recipient);

	assert_non_null(expected.winner);
	assert_int_equal(rec->origin.file, expected.winner->file);
	assert_int_equal(rec->origin.offset, expected.winner->offset);
	assert_int_equal(rec->time[FIELD_GEN_TIME], expected.winner->gen);
	if (expected.winner->own != TIME_NONE)
		assert_int_equal(rec->stamp, expected.winner->own);
	else if (expected.lender)
		assert_int_equal(rec->stamp, expected.lender->own);
	else
		assert_int_equal(rec->stamp, expected.oldest);
	check->given++;
	return FLOW_MORE;
}

static bool
check_lost(
    void *ctx, const struct origin *origin, int64_t stamp, struct fault *fault)
{
	struct check *check = ctx;
	const struct state *at = check->states;

	(void)fault;
	while (at->file != origin->file || at->offset != origin->offset)
		assert_true(++at < check->states + check->count);
	assert_int_equal(at->own, stamp);
	assert_ptr_not_equal(
	    expect(check->states, check->count, at->mail, at->recipient).winner,
	    at);
	check->lost++;
	return true;
}

#define MAILS      40u
#define RECIPIENTS 3u

static size_t
distinct(const struct state *states, size_t count)
{
	size_t entries = 0;

	for (unsigned mail = 0; mail < MAILS; mail++)
		for (unsigned r = 0; r < RECIPIENTS; r++)
			entries +=
			    expect(states, count, mail, r).winner != NULL;
	return entries;
}

/* Entries whose winner has a timestamp of its own. */
static size_t
stamped(const struct state *states, size_t count)
{
	size_t entries = 0;

	for (size_t i = 0; i < count; i++) {
		const struct state *at = &states[i];

		entries += at->own != TIME_NONE &&
		    expect(states, count, at->mail, at->recipient).winner == at;
	}
	return entries;
}

static size_t
count_own(const struct state *states, size_t count)
{
	size_t own = 0;

	for (size_t i = 0; i < count; i++)
		own += states[i].own != TIME_NONE;
	return own;
}

/* APART: those with a timestamp of their own are. */
static uint64_t
run(const struct state *states, size_t count, size_t memory, bool apart)
{
	const struct merge_plan plan = {
	    FIELD_BIT(FIELD_MAIL_ID) | FIELD_BIT(FIELD_RECIPIENT), false,
	    memory, 1, "/tmp", check_lost};
	struct merge *merge = merge_new(&plan);
	struct check check = {states, count, 0, 0};
	struct merge_batch *batch = merge_batch_new(merge, &check);
	size_t kept = apart ? stamped(states, count) : 0;
	struct fault fault;
	uint64_t runs;
	char mail[32];
	char recipient[32];

	for (size_t i = 0; i < count; i++) {
		struct record rec = make(&states[i], mail, recipient);

		if (apart && states[i].own != TIME_NONE)
			assert_true(merge_put_apart(batch, &rec, true, &fault));
		else
			assert_true(merge_put(batch, &rec, &fault));
		if (i % 17 == 0)
			assert_true(merge_batch_flush(batch, &fault));
	}
	assert_true(merge_batch_flush(batch, &fault));
	runs = merge_runs(merge);
	for (unsigned i = 0; i < merge_parts(merge); i++)
		assert_int_equal(
		    merge_drain(merge, i, check_winner, &check, &fault),
		    FLOW_MORE);
	assert_int_equal(check.given + kept, distinct(states, count));
	assert_int_equal(merge_hidden(merge), count - check.given - kept);
	assert_int_equal(
	    check.lost, apart ? count_own(states, count) - kept : 0);
	merge_batch_free(batch);
	merge_free(merge);
	return runs;
}

static void
shuffle(struct state *states, size_t count, uint64_t *seed)
{
	for (size_t i = count; i > 1; i--) {
		struct state swap = states[i - 1];
		size_t other;

		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		other = (*seed >> 33) % i;
		states[i - 1] = states[other];
		states[other] = swap;
	}
}

static void
finds_the_newest_record_of_each_entry(void **state)
{
	enum {
		COUNT = 700
	};
	static struct state states[COUNT];
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		states[i] = (struct state){
		    .gen = 1700000000000 + (int64_t)(seed >> 40) % 4 * 1000 +
			(seed >> 50 & 1 ? (int64_t)(seed >> 52) % 900 : 0),
		    .own =
			seed >> 34 & 1 ? 1699999990000 + (int64_t)i : TIME_NONE,
		    .file = (uint32_t)(i % 3),
		    .offset = i * 100 + (seed >> 60),
		    .mail = (unsigned)(seed >> 45) % MAILS,
		    .recipient = (unsigned)(seed >> 36) % RECIPIENTS,
		};
	}
	for (unsigned turn = 0; turn < 20; turn++) {
		shuffle(states, COUNT, &seed);
		assert_int_equal(run(states, COUNT, 64u << 20, false), 0);
		assert_true(run(states, COUNT, 4096, false) > 0);
		assert_int_equal(run(states, COUNT, 64u << 20, true), 0);
		assert_true(run(states, COUNT, 4096, true) > 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_the_newest_record_of_each_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
