/*
 * What the running kernel does on this machine, found out by trying, for tests that need it.
 */
#ifndef TESTS_MACHINE_H
#define TESTS_MACHINE_H

#include <stdbool.h>

/*
 * Whether anonymous memory that is only read is mapped to the page of zeros; some virtual machines give
 * it a page of its own at once.
 */
bool maps_zero_pages(void);

#endif
