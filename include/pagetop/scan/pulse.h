/*
 * Reads the pulse of the machine: vmstat, meminfo, and the flags of a few hundred page frames.
 */
#ifndef PAGETOP_SCAN_PULSE_H
#define PAGETOP_SCAN_PULSE_H

#include "pagetop/model/pulse.h"
#include "pagetop/scan/target.h"

/* Adds what is there now; what cannot be read stays as it was. */
void pt_pulse_take(const struct pt_scan_env *env, struct pt_pulse *p);

#endif
