#ifndef DROVER_FAULT_SIM_H
#define DROVER_FAULT_SIM_H

#include <stddef.h>

/* The calls of the system and of Swift's runtime that FaultSim needs and Swift's own imports do not have. */

/// From now on every job that Swift's concurrency would run on a thread of its pool is given to `take` instead, on the thread
/// that enqueues it. A delayed job (`Task.sleep`) is given to `late` with its nanoseconds.
void drover_take_jobs(void (*take)(void *job), void (*late)(unsigned long long delay, void *job));

/// Where some bytes stand first among others, counted from their beginning; -1 where they do not.
long drover_find(const void *all, size_t count, const void *some, size_t length);

/// A descriptor of a file in memory; negative where there is no room.
int drover_file_in_memory(void);

/// From now on the process says this seed if it dies, or if the seed takes longer than `seconds`.
void drover_begin_seed(unsigned long long seed, unsigned seconds);

#endif
