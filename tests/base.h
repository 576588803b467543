/*
 * What tests of the room base share.
 */
#ifndef TESTS_BASE_H
#define TESTS_BASE_H

#include <stddef.h>

/* The way back that pt_escape() promises: \\ is a backslash, \xNN a byte. */
size_t unescape(const char *s, char *ret);

#endif
