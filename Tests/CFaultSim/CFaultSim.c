#define _GNU_SOURCE
#include "CFaultSim.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Swift's runtime looks at these before it uses its own pool of threads (swift/Runtime/Concurrency.h). */
#define SWIFTCALL __attribute__((swiftcall))
typedef SWIFTCALL void (*enqueue)(void *);
typedef SWIFTCALL void (*enqueue_late)(unsigned long long, void *);
extern SWIFTCALL void (*swift_task_enqueueGlobal_hook)(void *, enqueue);
extern SWIFTCALL void (*swift_task_enqueueGlobalWithDelay_hook)(unsigned long long, void *, enqueue_late);

static void (*take_job)(void *);
static void (*take_late_job)(unsigned long long, void *);

static SWIFTCALL void hook(void *job, enqueue original) {
    (void)original;
    take_job(job);
}

static SWIFTCALL void late_hook(unsigned long long delay, void *job, enqueue_late original) {
    (void)original;
    take_late_job(delay, job);
}

void drover_take_jobs(void (*take)(void *), void (*late)(unsigned long long, void *)) {
    take_job = take;
    take_late_job = late;
    swift_task_enqueueGlobal_hook = hook;
    swift_task_enqueueGlobalWithDelay_hook = late_hook;
}

long drover_find(const void *all, size_t count, const void *some, size_t length) {
    const char *found = memmem(all, count, some, length);
    return found ? found - (const char *)all : -1;
}

int drover_file_in_memory(void) { return memfd_create("drover", MFD_CLOEXEC); }

static unsigned long long current_seed;

static void say_seed(int signal) {
    char line[128];
    const char *what = signal == SIGALRM ? "has no end" : "the process dies";
    int length =
        snprintf(line, sizeof line, "seed %llu: %s   (make sim SEED=%llu)\n", current_seed, what, current_seed);
    if (write(STDOUT_FILENO, line, (size_t)length) < 0 || signal == SIGALRM) _exit(1);
    raise(signal);
}

void drover_begin_seed(unsigned long long seed, unsigned seconds) {
    if (current_seed == 0) {
        setvbuf(stdout, NULL, _IOLBF, 0);
        const int signals[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGALRM};
        struct sigaction action = {.sa_handler = say_seed, .sa_flags = (int)SA_RESETHAND};
        for (size_t index = 0; index < sizeof signals / sizeof *signals; index++) sigaction(signals[index], &action, NULL);
    }
    current_seed = seed;
    alarm(seconds);
}
