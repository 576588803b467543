/*
 * TARGET=name fuzz/fuzz [OPTION…] FOLDER…: libFuzzer on one target.
 */
#include "fuzz.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = getenv("TARGET");

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < fuzz_ntargets; i++)
		if (name && !strcmp(name, fuzz_targets[i].name))
			target = &fuzz_targets[i];
	if (target)
		return 0;
	fprintf(stderr, "TARGET is to be one of:\n");
	for (size_t i = 0; i < fuzz_ntargets; i++)
		fprintf(stderr, "  %s\n", fuzz_targets[i].name);
	exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	fuzz_run(target, (const char *)bytes, len);
	return 0;
}
