// The files of the dashboard, in the binary.
#ifndef DASHBOARD_H
#define DASHBOARD_H

#include <stddef.h>

/// One file of the site. `name` is its path below `site`.
struct dashboard_file {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

/// How many files there are.
size_t dashboard_count(void);

/// The file at a place from 0 to one below the count. It lives as long as the process.
struct dashboard_file dashboard_file(size_t place);

#endif
