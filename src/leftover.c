/* SPDX-License-Identifier: MIT */
/* Names of unfinished files. A signal handler is given nothing but the signal:
 * this is the one table that it can find. */
#include "mtrack/leftover.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Threads that write side files at once, and a few more; what finds no room is
 * not noted. */
#define SLOTS 256
/* Milliseconds that making a file may take. */
#define PATIENCE 2000

enum slot_state {
	SLOT_FREE,
	SLOT_CHANGING,
	SLOT_MAKING,
	SLOT_HELD,
};

static struct slot {
	atomic_int state;
	int folder;
	char name[LEFTOVER_NAME];
} slots[SLOTS];

static atomic_bool ending;

void
leftover_note(int folder, const char *name)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &slots[i];
		int expected = SLOT_FREE;

		if (!atomic_compare_exchange_strong(
			&slot->state, &expected, SLOT_CHANGING))
			continue;
		slot->folder = folder;
		strncpy(slot->name, name, LEFTOVER_NAME - 1);
		atomic_store(&slot->state, SLOT_MAKING);
		break;
	}
	if (!atomic_load(&ending))
		return;
	leftover_drop(folder, name);
	for (;;)
		pause();
}

static void
set(int folder, const char *name, enum slot_state state)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &slots[i];

		if (atomic_load(&slot->state) >= SLOT_MAKING &&
		    slot->folder == folder && !strcmp(slot->name, name))
			atomic_store(&slot->state, state);
	}
}

void
leftover_made(int folder, const char *name)
{
	set(folder, name, SLOT_HELD);
}

void
leftover_drop(int folder, const char *name)
{
	set(folder, name, SLOT_FREE);
}

void
leftover_remove(void)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	unsigned waited = 0;

	atomic_store(&ending, true);
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &slots[i];

		while (atomic_load(&slot->state) != SLOT_FREE &&
		    atomic_load(&slot->state) != SLOT_HELD &&
		    waited++ < PATIENCE)
			nanosleep(&moment, NULL);
		if (atomic_load(&slot->state) == SLOT_HELD)
			unlinkat(slot->folder, slot->name, 0);
	}
}

static void
end(int number)
{
	leftover_remove();
	signal(number, SIG_DFL);
	raise(number);
}

void
leftover_watch(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction action = {.sa_handler = end};
		struct sigaction old;

		sigfillset(&action.sa_mask);
		if (sigaction(numbers[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
	}
}
