/*
 * What the makers of the demo's states share, and the makers themselves (demo_states.def).
 */
#ifndef PAGETOP_DEMO_DEMO_MAKE_H
#define PAGETOP_DEMO_DEMO_MAKE_H

#include <sys/types.h>
#include "pagetop/demo/demo_states.h"

#define PT_DEMO_THP_DIR "/sys/kernel/mm/transparent_hugepage/"

/*
 * Why a slot is not made. All three return -1; the last two are about a call that failed just now.
 */
int pt_demo_no(struct pt_demo_slot *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int pt_demo_refused(struct pt_demo_slot *s, const char *call, const char *help);
int pt_demo_no_memlock(struct pt_demo_slot *s, const char *call);

/* Maps the slot; on failure errno is that of mmap. 0 or -1, as all that follow. */
int pt_demo_place(struct pt_demo_slot *s, int prot, int flags, int fd, off_t offset);
int pt_demo_place_memfd(struct pt_demo_slot *s, int flags);	/* MAP_SHARED or MAP_PRIVATE */

/* Small pages that stay small: neither the fault nor khugepaged makes large ones of them. */
int pt_demo_stay_small(struct pt_demo_slot *s);
int pt_demo_lock(struct pt_demo_slot *s, unsigned flags);
void pt_demo_write_pages(const struct pt_demo_slot *s);

/* Makers: each fills the slot of its row. */
#define PT_DEMO_MAKER(name) int pt_demo_##name(struct pt_demo_slot *s)
PT_DEMO_MAKER(make_untouched);
PT_DEMO_MAKER(make_written);
PT_DEMO_MAKER(rewrite);
PT_DEMO_MAKER(make_protnone);
PT_DEMO_MAKER(make_dev_zero);
PT_DEMO_MAKER(make_zero);
PT_DEMO_MAKER(make_dontneed);
PT_DEMO_MAKER(make_locked);
PT_DEMO_MAKER(make_locked_hole);
PT_DEMO_MAKER(make_locked_touched);
PT_DEMO_MAKER(make_locked_zero);
PT_DEMO_MAKER(make_lazyfree);
PT_DEMO_MAKER(make_lazy_rewritten);
PT_DEMO_MAKER(make_droppable);
PT_DEMO_MAKER(make_guard);
PT_DEMO_MAKER(make_file_read);
PT_DEMO_MAKER(make_file_written);
PT_DEMO_MAKER(make_file_copied);
PT_DEMO_MAKER(make_code_written);
PT_DEMO_MAKER(make_shared_anon);
PT_DEMO_MAKER(make_memfd);
PT_DEMO_MAKER(make_memfd_copied);
PT_DEMO_MAKER(make_secret);
PT_DEMO_MAKER(make_thp);
PT_DEMO_MAKER(make_thp_split);
PT_DEMO_MAKER(make_thp_part);
PT_DEMO_MAKER(make_thp_locked);
PT_DEMO_MAKER(make_huge_zero);
PT_DEMO_MAKER(make_shmem_thp);
PT_DEMO_MAKER(make_mthp);
PT_DEMO_MAKER(make_hugetlb_private);
PT_DEMO_MAKER(make_hugetlb_shared);
PT_DEMO_MAKER(make_hugetlb_untouched);
PT_DEMO_MAKER(make_ksm);
PT_DEMO_MAKER(make_swapped);
PT_DEMO_MAKER(make_shmem_swapped);
PT_DEMO_MAKER(make_poison);
PT_DEMO_MAKER(make_uffd_wp);
PT_DEMO_MAKER(make_uffd_present);
PT_DEMO_MAKER(make_io_uring);
PT_DEMO_MAKER(make_perf_ring);
PT_DEMO_MAKER(make_vdso);
PT_DEMO_MAKER(make_vvar);
#undef PT_DEMO_MAKER

#endif
