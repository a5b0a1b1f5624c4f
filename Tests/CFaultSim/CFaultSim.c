#define _GNU_SOURCE
#include "CFaultSim.h"

#include <string.h>
#include <sys/mman.h>

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
