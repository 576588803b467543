PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE machine (
  host TEXT, description TEXT, boot TEXT, page_bytes INTEGER, program TEXT);
INSERT INTO machine VALUES('db1','Linux 6.18.0 · 24G','?',4096,'pagetop 0.1.0');
CREATE TABLE word (
  kind TEXT, number INTEGER, sign TEXT, name TEXT, meaning TEXT,
  PRIMARY KEY (kind, number)) WITHOUT ROWID;
INSERT INTO word VALUES('entry',0,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',1,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',2,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',3,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',4,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',5,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',6,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',7,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',8,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',9,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',10,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',11,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',12,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',13,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',14,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',15,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',16,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',17,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',18,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',19,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',20,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',21,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',22,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',23,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',24,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',25,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',26,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',27,NULL,'swap slot',NULL);
INSERT INTO word VALUES('entry',28,NULL,'migration',NULL);
INSERT INTO word VALUES('entry',29,NULL,'migration',NULL);
INSERT INTO word VALUES('entry',30,NULL,'migration',NULL);
INSERT INTO word VALUES('entry',31,NULL,'marker',NULL);
INSERT INTO word VALUES('facts',0,NULL,'present','in memory and in the page table (pagemap bit 63)');
INSERT INTO word VALUES('facts',1,NULL,'entry','not present, but the page table holds an entry (pagemap bit 62)');
INSERT INTO word VALUES('facts',2,NULL,'file_bit','file page or shared memory (pagemap bit 61)');
INSERT INTO word VALUES('facts',3,NULL,'guard_bit','guard region (pagemap bit 58)');
INSERT INTO word VALUES('facts',4,NULL,'uffd_wp','write-protected by userfaultfd; where it watches for reads, against these too (pagemap bit 57)');
INSERT INTO word VALUES('facts',5,NULL,'once_bit','mapped once (pagemap bit 56; not reliable inside a PMD-mapped THP)');
INSERT INTO word VALUES('facts',6,NULL,'soft_dirty','written since the soft-dirty bits were cleared (pagemap bit 55)');
INSERT INTO word VALUES('facts',7,NULL,'scanned','PAGEMAP_SCAN answered, or flags and smaps tell as much');
INSERT INTO word VALUES('facts',8,NULL,'pmd','mapped by a PMD or larger entry, or hugetlb (PAGEMAP_SCAN)');
INSERT INTO word VALUES('facts',9,NULL,'pfnzero','the zero page, small or huge (PAGEMAP_SCAN)');
INSERT INTO word VALUES('facts',10,NULL,'pfn_known','its PFN, or the type of its entry, is not hidden');
INSERT INTO word VALUES('facts',11,NULL,'flags_known','kpageflags answered');
INSERT INTO word VALUES('facts',12,NULL,'count_known','kpagecount answered for this very page, or pagemap bit 56 says the same');
INSERT INTO word VALUES('facts',13,NULL,'merge_open','its KSM flag says nothing in this kernel, and smaps does not decide');
INSERT INTO word VALUES('facts',14,NULL,'device_memory','at a frame outside the system''s RAM: DAX, persistent memory, CXL; no where flags are hidden');
INSERT INTO word VALUES('facts',15,NULL,'unstable','changed each time it was read again, or its sources disagree');
INSERT INTO word VALUES('kflags',0,NULL,'folio_locked','locked for I/O or migration at this moment');
INSERT INTO word VALUES('kflags',1,NULL,'error','I/O error (unused since Linux 6.12)');
INSERT INTO word VALUES('kflags',2,NULL,'referenced','used since reclaim last looked');
INSERT INTO word VALUES('kflags',3,NULL,'uptodate','its contents are valid');
INSERT INTO word VALUES('kflags',4,NULL,'dirty','to be written back');
INSERT INTO word VALUES('kflags',5,NULL,'lru','on a list that reclaim walks');
INSERT INTO word VALUES('kflags',6,NULL,'active','on the list of pages in use');
INSERT INTO word VALUES('kflags',7,NULL,'slab','kernel objects');
INSERT INTO word VALUES('kflags',8,NULL,'writeback','being written back');
INSERT INTO word VALUES('kflags',9,NULL,'reclaim','to be reclaimed soon, or read ahead');
INSERT INTO word VALUES('kflags',10,NULL,'buddy','free');
INSERT INTO word VALUES('kflags',11,NULL,'mmap','its folio is mapped somewhere');
INSERT INTO word VALUES('kflags',12,NULL,'anon_flag','anonymous memory');
INSERT INTO word VALUES('kflags',13,NULL,'swapcache','also owns a swap slot');
INSERT INTO word VALUES('kflags',14,NULL,'swapbacked','would go to swap: anonymous or shared memory');
INSERT INTO word VALUES('kflags',15,NULL,'compound_head','first page of a larger block');
INSERT INTO word VALUES('kflags',16,NULL,'compound_tail','later page of a larger block');
INSERT INTO word VALUES('kflags',17,NULL,'huge_pool','from the pool of huge pages (hugetlb)');
INSERT INTO word VALUES('kflags',18,NULL,'unevictable','reclaim leaves it alone');
INSERT INTO word VALUES('kflags',19,NULL,'hwpoison_flag','the hardware reported an error in it');
INSERT INTO word VALUES('kflags',20,NULL,'nopage','no page of memory at this PFN');
INSERT INTO word VALUES('kflags',21,NULL,'ksm_flag','merged with equal pages');
INSERT INTO word VALUES('kflags',22,NULL,'thp','part of a large folio that can be mapped, of any size');
INSERT INTO word VALUES('kflags',23,NULL,'offline','given away by a balloon, or offline');
INSERT INTO word VALUES('kflags',24,NULL,'zero_flag','the zero page');
INSERT INTO word VALUES('kflags',25,NULL,'idle','not used since it was marked idle');
INSERT INTO word VALUES('kflags',26,NULL,'pgtable','a page table');
INSERT INTO word VALUES('kflags',32,NULL,'reserved','not managed by the allocator');
INSERT INTO word VALUES('kflags',33,NULL,'mlocked','counted as locked in memory');
INSERT INTO word VALUES('kflags',34,NULL,'owner_2','anonymous: owned by this process alone; file: the file system''s');
INSERT INTO word VALUES('kflags',35,NULL,'fs_private','the file system''s');
INSERT INTO word VALUES('kflags',36,NULL,'fs_private_2','the file system''s');
INSERT INTO word VALUES('kflags',37,NULL,'owner_private','the owner''s (anonymous: swap cache)');
INSERT INTO word VALUES('kflags',38,NULL,'arch','architecture-specific');
INSERT INTO word VALUES('kflags',39,NULL,'uncached','not cached by the processor');
INSERT INTO word VALUES('kflags',40,NULL,'softdirty_kpf','written since the soft-dirty bits were cleared');
INSERT INTO word VALUES('kflags',41,NULL,'arch_2','architecture-specific');
INSERT INTO word VALUES('kflags',42,NULL,'arch_3','architecture-specific');
INSERT INTO word VALUES('state',0,'!','hwpoison','poisoned: the hardware reported an error, or userfaultfd marked it; touching it kills');
INSERT INTO word VALUES('state',1,'g','guard','guard page: touching it is a fault by design');
INSERT INTO word VALUES('state',2,'>','migrating','the kernel is moving it to another place in memory at this moment');
INSERT INTO word VALUES('state',3,'s','swapped','swapped out: its contents are in a swap slot, the next touch reads them back');
INSERT INTO word VALUES('state',4,'o','other entry','not present, but marked: by userfaultfd, or as memory of a device');
INSERT INTO word VALUES('state',5,'u','unmappable','mapped by a driver or the kernel in a way that pagemap does not show');
INSERT INTO word VALUES('state',6,'.','absent','not mapped here: never touched, given back, or shared memory that is in swap');
INSERT INTO word VALUES('state',7,'z','zero','the shared page of zeros: read, never written; the first write allocates memory');
INSERT INTO word VALUES('state',8,'v','device','memory of a device (DAX, persistent memory, CXL): the kernel shows no flags and no counts of it');
INSERT INTO word VALUES('state',9,'k','ksm','merged with equal pages by KSM; the next write copies it');
INSERT INTO word VALUES('state',10,'c','cow','anonymous, shared since a fork; the next write copies it');
INSERT INTO word VALUES('state',11,'f','lazyfree','marked free: dropped without swap when memory is short, unless written since');
INSERT INTO word VALUES('state',12,'w','copied','the process wrote to a private mapping of a file here: its own copy');
INSERT INTO word VALUES('state',13,'p','private','anonymous, this process''s alone');
INSERT INTO word VALUES('state',14,'x','special','the kernel''s or a driver''s: vdso, ring buffer, secret memory');
INSERT INTO word VALUES('state',15,'m','shmem','shared memory: memfd, shm, shared anonymous or shared hugetlb');
INSERT INTO word VALUES('state',16,'i','file-private','page of a file, mapped only here');
INSERT INTO word VALUES('state',17,'h','file-shared','page of a file, mapped more than once');
INSERT INTO word VALUES('state',18,'a','anonymous','anonymous; more is hidden');
INSERT INTO word VALUES('state',19,'b','backed','file or shared memory; more is hidden');
INSERT INTO word VALUES('state',20,'?','unknown','what can be read does not decide');
INSERT INTO word VALUES('vmflags',0,NULL,'rd',NULL);
INSERT INTO word VALUES('vmflags',1,NULL,'wr',NULL);
INSERT INTO word VALUES('vmflags',2,NULL,'ex',NULL);
INSERT INTO word VALUES('vmflags',3,NULL,'sh',NULL);
INSERT INTO word VALUES('vmflags',4,NULL,'mr',NULL);
INSERT INTO word VALUES('vmflags',5,NULL,'mw',NULL);
INSERT INTO word VALUES('vmflags',6,NULL,'me',NULL);
INSERT INTO word VALUES('vmflags',7,NULL,'ms',NULL);
INSERT INTO word VALUES('vmflags',8,NULL,'gd',NULL);
INSERT INTO word VALUES('vmflags',9,NULL,'pf',NULL);
INSERT INTO word VALUES('vmflags',10,NULL,'lo',NULL);
INSERT INTO word VALUES('vmflags',11,NULL,'io',NULL);
INSERT INTO word VALUES('vmflags',12,NULL,'sr',NULL);
INSERT INTO word VALUES('vmflags',13,NULL,'rr',NULL);
INSERT INTO word VALUES('vmflags',14,NULL,'dc',NULL);
INSERT INTO word VALUES('vmflags',15,NULL,'de',NULL);
INSERT INTO word VALUES('vmflags',16,NULL,'lf',NULL);
INSERT INTO word VALUES('vmflags',17,NULL,'ac',NULL);
INSERT INTO word VALUES('vmflags',18,NULL,'nr',NULL);
INSERT INTO word VALUES('vmflags',19,NULL,'ht',NULL);
INSERT INTO word VALUES('vmflags',20,NULL,'sf',NULL);
INSERT INTO word VALUES('vmflags',21,NULL,'ar',NULL);
INSERT INTO word VALUES('vmflags',22,NULL,'wf',NULL);
INSERT INTO word VALUES('vmflags',23,NULL,'dd',NULL);
INSERT INTO word VALUES('vmflags',24,NULL,'sd',NULL);
INSERT INTO word VALUES('vmflags',25,NULL,'mm',NULL);
INSERT INTO word VALUES('vmflags',26,NULL,'hg',NULL);
INSERT INTO word VALUES('vmflags',27,NULL,'nh',NULL);
INSERT INTO word VALUES('vmflags',28,NULL,'mg',NULL);
INSERT INTO word VALUES('vmflags',29,NULL,'bt',NULL);
INSERT INTO word VALUES('vmflags',30,NULL,'mt',NULL);
INSERT INTO word VALUES('vmflags',31,NULL,'um',NULL);
INSERT INTO word VALUES('vmflags',32,NULL,'uw',NULL);
INSERT INTO word VALUES('vmflags',33,NULL,'ui',NULL);
INSERT INTO word VALUES('vmflags',34,NULL,'ss',NULL);
INSERT INTO word VALUES('vmflags',35,NULL,'sl',NULL);
INSERT INTO word VALUES('vmflags',36,NULL,'dp',NULL);
INSERT INTO word VALUES('vmflags',37,NULL,'gu',NULL);
INSERT INTO word VALUES('vmflags',38,NULL,'ur',NULL);
CREATE TABLE moment (
  id INTEGER PRIMARY KEY, when_ns INTEGER, scope TEXT);
INSERT INTO moment VALUES(1,1795851576983899846,'all');
CREATE TABLE process (
  id INTEGER PRIMARY KEY, moment INTEGER, pid INTEGER, starttime INTEGER,
  comm TEXT, command TEXT, user TEXT, uid INTEGER, kernel_thread INTEGER, zombie INTEGER,
  rss_bytes INTEGER, faults INTEGER, error INTEGER, why TEXT,
  list INTEGER, pages INTEGER, when_ns INTEGER, cost_ns INTEGER, lo_vpn INTEGER, hi_vpn INTEGER,
  flags_kept INTEGER, soft_dirty INTEGER, smaps INTEGER, needs INTEGER, unstable INTEGER, locked_bytes INTEGER,
  why_pages TEXT, why_pfn TEXT, why_flags TEXT, why_count TEXT, why_cgroup TEXT,
  ppid INTEGER, nspid INTEGER, cgroup TEXT);
INSERT INTO process VALUES(1,1,1,1001,'init','init','root',0,0,0,32768,1503,0,NULL,1,1,1795851576985527860,1510973,0,-1,-1,0,1,55,0,1,NULL,'needs CAP_SYS_ADMIN in the initial user namespace',NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO process VALUES(2,1,4242,5242,'redis-server','redis-server *:6379','7000042',7000042,0,0,360448,1503,0,NULL,2,2,1795851577018697600,24444216,0,-1,-1,0,1,55,0,1,NULL,'needs CAP_SYS_ADMIN in the initial user namespace',NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO process VALUES(3,1,4243,5243,'redis-server','redis-rdb-bgsave','7000042',7000042,0,0,114688,1503,0,NULL,3,3,1795851577025006864,162077,0,-1,-1,0,1,55,0,1,NULL,'needs CAP_SYS_ADMIN in the initial user namespace',NULL,NULL,NULL,1,NULL,NULL);
CREATE TABLE mapping (
  list INTEGER, n INTEGER, vpn INTEGER, end_vpn INTEGER, perms TEXT, offset INTEGER,
  major INTEGER, minor INTEGER, inode INTEGER, name TEXT, vmflags_known INTEGER, smaps INTEGER,
  vmflags INTEGER, page_bytes INTEGER, rss_bytes INTEGER, swap_bytes INTEGER, lazyfree_bytes INTEGER,
  thp_eligible INTEGER, PRIMARY KEY (list, n)) WITHOUT ROWID;
INSERT INTO mapping VALUES(1,0,1024,1040,'r-xp',0,254,0,12,'/sbin/init',0,1,117,4096,32768,0,0,0);
INSERT INTO mapping VALUES(2,0,23035914752,23035914768,'r-xp',0,254,0,4711,'/usr/bin/redis-server',0,1,117,4096,61440,0,0,0);
INSERT INTO mapping VALUES(2,1,23035914768,23035914772,'rw-p',65536,254,0,4711,'/usr/bin/redis-server',0,1,131187,4096,12288,0,0,0);
INSERT INTO mapping VALUES(2,2,23035920640,23035920704,'rw-p',0,0,0,0,'[heap]',0,1,131187,4096,196608,32768,8192,0);
INSERT INTO mapping VALUES(2,3,34110177280,34110178304,'rw-p',0,0,15,81,'/anon_hugepage (deleted)',0,1,524403,2097152,0,0,0,0);
INSERT INTO mapping VALUES(2,4,34110178304,34110178320,'rw-s',0,0,1,2051,'/memfd:queue (deleted)',0,1,251,4096,32768,0,0,0);
INSERT INTO mapping VALUES(2,5,34110178560,34110178568,'rw-p',0,0,0,0,'',0,1,132211,4096,32768,0,0,0);
INSERT INTO mapping VALUES(2,6,34110178816,34110178824,'rw-p',0,0,0,0,'',0,1,131187,4096,8192,0,0,0);
INSERT INTO mapping VALUES(2,7,34110179072,34110179076,'r--p',0,254,0,4712,'/usr/lib/locale/C.utf8',0,1,113,4096,12288,0,0,0);
INSERT INTO mapping VALUES(2,8,34355544064,34355544068,'r--p',0,0,0,0,'[vvar]',0,1,8423953,4096,0,0,0,0);
INSERT INTO mapping VALUES(2,9,34355544068,34355544070,'r-xp',0,0,0,0,'[vdso]',0,1,117,4096,4096,0,0,0);
INSERT INTO mapping VALUES(2,10,4503599627367936,4503599627367937,'--xp',0,0,0,0,'[vsyscall]',0,1,4,4096,0,0,0,0);
INSERT INTO mapping VALUES(3,0,23035920640,23035920704,'rw-p',0,0,0,0,'[heap]',0,1,131187,4096,114688,0,0,0);
CREATE TABLE extent (
  pages INTEGER, mapping INTEGER, vpn INTEGER, block INTEGER,
  PRIMARY KEY (pages, mapping, vpn)) WITHOUT ROWID;
INSERT INTO extent VALUES(1,0,1024,1);
INSERT INTO extent VALUES(2,0,23035914752,2);
INSERT INTO extent VALUES(2,1,23035914768,3);
INSERT INTO extent VALUES(2,2,23035920640,4);
INSERT INTO extent VALUES(2,3,34110177280,5);
INSERT INTO extent VALUES(2,4,34110178304,6);
INSERT INTO extent VALUES(2,5,34110178560,7);
INSERT INTO extent VALUES(2,6,34110178816,8);
INSERT INTO extent VALUES(2,7,34110179072,9);
INSERT INTO extent VALUES(2,9,34355544068,10);
INSERT INTO extent VALUES(3,0,23035920640,11);
CREATE TABLE kind (
  id INTEGER PRIMARY KEY, facts INTEGER, kflags INTEGER, count INTEGER, folio_order INTEGER, node INTEGER, cgroup INTEGER,
  state TEXT, huge INTEGER, large INTEGER, locked INTEGER);
INSERT INTO kind VALUES(1,7333,2088,1,0,NULL,77,'file-private',0,0,0);
INSERT INTO kind VALUES(2,7301,2088,3,0,NULL,77,'file-shared',0,0,0);
INSERT INTO kind VALUES(3,7329,17179891752,1,0,NULL,77,'copied',0,0,0);
INSERT INTO kind VALUES(4,7329,17179891752,1,0,NULL,77,'private',0,0,0);
INSERT INTO kind VALUES(5,7297,22568,2,0,NULL,77,'cow',0,0,0);
INSERT INTO kind VALUES(6,7809,4311744512,0,0,NULL,77,'zero',0,0,0);
INSERT INTO kind VALUES(7,1026,0,NULL,0,NULL,NULL,'swapped',0,0,0);
INSERT INTO kind VALUES(8,7297,2119736,8,0,NULL,77,'ksm',0,0,0);
INSERT INTO kind VALUES(9,7329,6184,1,0,NULL,77,'lazyfree',0,0,0);
INSERT INTO kind VALUES(10,7201,17180039176,1,9,NULL,77,'private',1,0,0);
INSERT INTO kind VALUES(11,7201,17180071944,1,9,NULL,77,'private',1,0,0);
INSERT INTO kind VALUES(12,7169,169992,2,9,NULL,77,'cow',1,0,0);
INSERT INTO kind VALUES(13,7169,202760,2,9,NULL,77,'cow',1,0,0);
INSERT INTO kind VALUES(14,7333,18488,1,0,NULL,77,'shmem',0,0,0);
INSERT INTO kind VALUES(15,7329,17179891752,1,0,NULL,77,'private',0,0,1);
INSERT INTO kind VALUES(16,7297,22568,2,0,NULL,77,'cow',0,0,1);
INSERT INTO kind VALUES(17,1034,159,NULL,0,NULL,NULL,'guard',0,0,0);
INSERT INTO kind VALUES(18,1026,95,NULL,0,NULL,NULL,'hwpoison',0,0,0);
INSERT INTO kind VALUES(19,1026,30,NULL,0,NULL,NULL,'migrating',0,0,0);
INSERT INTO kind VALUES(20,1042,63,NULL,0,NULL,NULL,'other entry',0,0,0);
INSERT INTO kind VALUES(21,33,0,NULL,NULL,NULL,NULL,'anonymous',NULL,NULL,0);
INSERT INTO kind VALUES(22,2,0,NULL,0,NULL,NULL,'unknown',0,0,0);
INSERT INTO kind VALUES(23,37,0,NULL,NULL,NULL,NULL,'backed',NULL,NULL,0);
INSERT INTO kind VALUES(24,7301,4294969344,5,0,NULL,77,'special',0,0,0);
CREATE TABLE cgroup (inode INTEGER PRIMARY KEY, path TEXT);
CREATE TABLE run (id INTEGER PRIMARY KEY, npages INTEGER, pfn INTEGER, kind INTEGER);
INSERT INTO run VALUES(9216,8,5234,1);
INSERT INTO run VALUES(18944,10,4096,2);
INSERT INTO run VALUES(18955,5,4106,2);
INSERT INTO run VALUES(27152,2,4111,3);
INSERT INTO run VALUES(27154,1,4113,1);
INSERT INTO run VALUES(33024,12,4114,4);
INSERT INTO run VALUES(33036,16,4126,5);
INSERT INTO run VALUES(33052,1,256,6);
INSERT INTO run VALUES(33053,1,256,6);
INSERT INTO run VALUES(33054,1,256,6);
INSERT INTO run VALUES(33056,8,NULL,7);
INSERT INTO run VALUES(33068,2,4142,8);
INSERT INTO run VALUES(33070,2,4144,9);
INSERT INTO run VALUES(33072,16,4146,4);
INSERT INTO run VALUES(40960,1,4162,10);
INSERT INTO run VALUES(40961,511,4163,11);
INSERT INTO run VALUES(41472,1,4674,12);
INSERT INTO run VALUES(41473,511,4675,13);
INSERT INTO run VALUES(50176,8,5186,14);
INSERT INTO run VALUES(58624,6,5194,15);
INSERT INTO run VALUES(58630,2,5200,16);
INSERT INTO run VALUES(67072,1,NULL,17);
INSERT INTO run VALUES(67073,1,5202,4);
INSERT INTO run VALUES(67074,1,NULL,18);
INSERT INTO run VALUES(67075,1,NULL,19);
INSERT INTO run VALUES(67076,1,NULL,20);
INSERT INTO run VALUES(67078,1,NULL,21);
INSERT INTO run VALUES(67079,1,NULL,22);
INSERT INTO run VALUES(75520,1,5203,1);
INSERT INTO run VALUES(75521,1,5204,2);
INSERT INTO run VALUES(75522,1,NULL,23);
INSERT INTO run VALUES(81924,1,5205,24);
INSERT INTO run VALUES(90368,28,5206,5);
CREATE TABLE digit (n INTEGER PRIMARY KEY);
INSERT INTO digit VALUES(0);
INSERT INTO digit VALUES(1);
INSERT INTO digit VALUES(2);
INSERT INTO digit VALUES(3);
INSERT INTO digit VALUES(4);
INSERT INTO digit VALUES(5);
INSERT INTO digit VALUES(6);
INSERT INTO digit VALUES(7);
INSERT INTO digit VALUES(8);
INSERT INTO digit VALUES(9);
INSERT INTO digit VALUES(10);
INSERT INTO digit VALUES(11);
INSERT INTO digit VALUES(12);
INSERT INTO digit VALUES(13);
INSERT INTO digit VALUES(14);
INSERT INTO digit VALUES(15);
INSERT INTO digit VALUES(16);
INSERT INTO digit VALUES(17);
INSERT INTO digit VALUES(18);
INSERT INTO digit VALUES(19);
INSERT INTO digit VALUES(20);
INSERT INTO digit VALUES(21);
INSERT INTO digit VALUES(22);
INSERT INTO digit VALUES(23);
INSERT INTO digit VALUES(24);
INSERT INTO digit VALUES(25);
INSERT INTO digit VALUES(26);
INSERT INTO digit VALUES(27);
INSERT INTO digit VALUES(28);
INSERT INTO digit VALUES(29);
INSERT INTO digit VALUES(30);
INSERT INTO digit VALUES(31);
INSERT INTO digit VALUES(32);
INSERT INTO digit VALUES(33);
INSERT INTO digit VALUES(34);
INSERT INTO digit VALUES(35);
INSERT INTO digit VALUES(36);
INSERT INTO digit VALUES(37);
INSERT INTO digit VALUES(38);
INSERT INTO digit VALUES(39);
INSERT INTO digit VALUES(40);
INSERT INTO digit VALUES(41);
INSERT INTO digit VALUES(42);
INSERT INTO digit VALUES(43);
INSERT INTO digit VALUES(44);
INSERT INTO digit VALUES(45);
INSERT INTO digit VALUES(46);
INSERT INTO digit VALUES(47);
INSERT INTO digit VALUES(48);
INSERT INTO digit VALUES(49);
INSERT INTO digit VALUES(50);
INSERT INTO digit VALUES(51);
INSERT INTO digit VALUES(52);
INSERT INTO digit VALUES(53);
INSERT INTO digit VALUES(54);
INSERT INTO digit VALUES(55);
INSERT INTO digit VALUES(56);
INSERT INTO digit VALUES(57);
INSERT INTO digit VALUES(58);
INSERT INTO digit VALUES(59);
INSERT INTO digit VALUES(60);
INSERT INTO digit VALUES(61);
INSERT INTO digit VALUES(62);
INSERT INTO digit VALUES(63);
INSERT INTO digit VALUES(64);
INSERT INTO digit VALUES(65);
INSERT INTO digit VALUES(66);
INSERT INTO digit VALUES(67);
INSERT INTO digit VALUES(68);
INSERT INTO digit VALUES(69);
INSERT INTO digit VALUES(70);
INSERT INTO digit VALUES(71);
INSERT INTO digit VALUES(72);
INSERT INTO digit VALUES(73);
INSERT INTO digit VALUES(74);
INSERT INTO digit VALUES(75);
INSERT INTO digit VALUES(76);
INSERT INTO digit VALUES(77);
INSERT INTO digit VALUES(78);
INSERT INTO digit VALUES(79);
INSERT INTO digit VALUES(80);
INSERT INTO digit VALUES(81);
INSERT INTO digit VALUES(82);
INSERT INTO digit VALUES(83);
INSERT INTO digit VALUES(84);
INSERT INTO digit VALUES(85);
INSERT INTO digit VALUES(86);
INSERT INTO digit VALUES(87);
INSERT INTO digit VALUES(88);
INSERT INTO digit VALUES(89);
INSERT INTO digit VALUES(90);
INSERT INTO digit VALUES(91);
INSERT INTO digit VALUES(92);
INSERT INTO digit VALUES(93);
INSERT INTO digit VALUES(94);
INSERT INTO digit VALUES(95);
INSERT INTO digit VALUES(96);
INSERT INTO digit VALUES(97);
INSERT INTO digit VALUES(98);
INSERT INTO digit VALUES(99);
INSERT INTO digit VALUES(100);
INSERT INTO digit VALUES(101);
INSERT INTO digit VALUES(102);
INSERT INTO digit VALUES(103);
INSERT INTO digit VALUES(104);
INSERT INTO digit VALUES(105);
INSERT INTO digit VALUES(106);
INSERT INTO digit VALUES(107);
INSERT INTO digit VALUES(108);
INSERT INTO digit VALUES(109);
INSERT INTO digit VALUES(110);
INSERT INTO digit VALUES(111);
INSERT INTO digit VALUES(112);
INSERT INTO digit VALUES(113);
INSERT INTO digit VALUES(114);
INSERT INTO digit VALUES(115);
INSERT INTO digit VALUES(116);
INSERT INTO digit VALUES(117);
INSERT INTO digit VALUES(118);
INSERT INTO digit VALUES(119);
INSERT INTO digit VALUES(120);
INSERT INTO digit VALUES(121);
INSERT INTO digit VALUES(122);
INSERT INTO digit VALUES(123);
INSERT INTO digit VALUES(124);
INSERT INTO digit VALUES(125);
INSERT INTO digit VALUES(126);
INSERT INTO digit VALUES(127);
CREATE INDEX process_of_moment ON process (moment, pid, starttime);
CREATE INDEX kind_of_words ON kind (kflags, facts, count);
CREATE VIEW page_state AS
  SELECT p.moment, p.id AS process, p.pid, p.comm, m.n AS mapping, m.name, m.perms,
    (e.vpn >> 13 << 13) + (r.id & 8191) AS vpn, printf('%x', ((e.vpn >> 13 << 13) + (r.id & 8191)) << 12) AS addr,
    r.npages AS pages, k.state, k.huge, k.large, k.locked, k.count, r.pfn, k.kflags, k.facts, k.folio_order, k.node,
    k.cgroup AS cgroup_inode, g.path AS cgroup
  FROM process p JOIN mapping m ON m.list = p.list
    CROSS JOIN extent e ON e.pages = p.pages AND e.mapping = m.n
    CROSS JOIN run r ON r.id BETWEEN e.block << 13 AND (e.block << 13) + 8191
    CROSS JOIN kind k ON k.id = r.kind LEFT JOIN cgroup g ON g.inode = k.cgroup;
CREATE VIEW page AS
  SELECT s.moment, s.process, s.pid, s.comm, s.mapping, s.name, s.perms,
    s.vpn + a.n * 128 + b.n AS vpn, printf('%x', (s.vpn + a.n * 128 + b.n) << 12) AS addr,
    s.state, s.huge, s.large, s.locked, s.count, s.pfn + a.n * 128 + b.n AS pfn, s.kflags, s.facts, s.folio_order, s.node,
    s.cgroup_inode, s.cgroup
  FROM page_state s CROSS JOIN digit a ON a.n <= (s.pages - 1) / 128
    CROSS JOIN digit b ON b.n < s.pages - a.n * 128;
CREATE VIEW mapping_summary AS
  SELECT p.moment, p.id AS process, p.pid, p.comm, m.n AS mapping, printf('%x', m.vpn << 12) AS start,
    printf('%x', m.end_vpn << 12) AS end, m.perms, (m.end_vpn - m.vpn) * 4096 AS size_bytes, m.name,
    CASE WHEN p.why_pages IS NULL AND m.vpn >= p.lo_vpn AND (p.hi_vpn = -1 OR m.end_vpn <= p.hi_vpn) THEN coalesce(sum(s.pages) FILTER (WHERE s.facts & 1), 0) * 4096 END AS present_bytes,
    CASE WHEN p.why_pages IS NULL AND m.vpn >= p.lo_vpn AND (p.hi_vpn = -1 OR m.end_vpn <= p.hi_vpn) THEN coalesce(sum(s.pages) FILTER (WHERE s.state = 'cow'), 0) * 4096 END AS cow_bytes,
    CASE WHEN p.why_pages IS NULL AND m.vpn >= p.lo_vpn AND (p.hi_vpn = -1 OR m.end_vpn <= p.hi_vpn) THEN coalesce(sum(s.pages) FILTER (WHERE s.huge), 0) * 4096 END AS huge_bytes,
    CASE WHEN p.why_pages IS NULL AND m.vpn >= p.lo_vpn AND (p.hi_vpn = -1 OR m.end_vpn <= p.hi_vpn) THEN coalesce(sum(s.pages) FILTER (WHERE s.locked), 0) * 4096 END AS locked_bytes,
    CASE WHEN p.why_pages IS NULL AND m.vpn >= p.lo_vpn AND (p.hi_vpn = -1 OR m.end_vpn <= p.hi_vpn) THEN coalesce(sum(s.pages) FILTER (WHERE s.state = 'swapped'), 0) * 4096 END AS swapped_bytes
  FROM process p JOIN mapping m ON m.list = p.list
    LEFT JOIN page_state s ON s.process = p.id AND s.mapping = m.n
  GROUP BY p.id, m.n;
CREATE VIEW process_summary AS
  SELECT p.moment, p.id AS process, p.pid, p.user, p.comm, p.cgroup, p.why,
    sum(s.size_bytes) AS size_bytes, sum(s.present_bytes) AS present_bytes, sum(s.cow_bytes) AS cow_bytes,
    sum(s.huge_bytes) AS huge_bytes, sum(s.locked_bytes) AS locked_bytes, sum(s.swapped_bytes) AS swapped_bytes
  FROM process p LEFT JOIN mapping_summary s ON s.process = p.id
  GROUP BY p.id;
CREATE VIEW sharers AS
  SELECT moment, pfn, max(count) AS count, count(DISTINCT process) AS processes, count(*) AS entries,
    group_concat(DISTINCT pid || ' ' || comm) AS names
  FROM page WHERE pfn IS NOT NULL AND count > 1 GROUP BY moment, pfn;
COMMIT;
