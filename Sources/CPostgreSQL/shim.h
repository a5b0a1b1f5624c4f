#include <dlfcn.h>
#include <postgresql/libpq-fe.h>

// The calls of libpq that Drover makes, each under its own name.
#define CPQ_CALLS(call) \
    call(PQconnectdbParams) call(PQstatus) call(PQfinish) call(PQerrorMessage) call(PQprepare) call(PQexecPrepared) call(PQexec) \
    call(PQresultStatus) call(PQresultErrorField) call(PQcmdTuples) call(PQntuples) call(PQgetisnull) call(PQgetvalue) \
    call(PQgetlength) call(PQclear) call(PQsetNoticeProcessor) call(PQtransactionStatus) call(PQconninfoParse) \
    call(PQconninfoFree) call(PQfreemem)

#define CPQ_FIELD(name) __typeof__(&name) name;
struct cpq_library {
    CPQ_CALLS(CPQ_FIELD)
};

// 1 when the library is there with all of them.
static inline int cpq_load(struct cpq_library *library) {
    void *handle = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (handle == 0) return 0;
#define CPQ_FIND(name) \
    library->name = (__typeof__(&name))dlsym(handle, #name); \
    if (library->name == 0) return 0;
    CPQ_CALLS(CPQ_FIND)
    return 1;
}

static inline void cpq_quiet(void *unused, const char *text) {}
