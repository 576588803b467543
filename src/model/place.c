#include "pagetop/model/place.h"

#include <errno.h>
#include <string.h>
#include "pagetop/base/text.h"

static int malformed(const char *text, const char *what, struct pt_str *why)
{
	pt_str_adds(why, "\"");
	pt_escape(why, text, strlen(text));
	pt_str_addf(why, "\": %s", what);
	return -EINVAL;
}

/*
 * A pid in front of a colon, or alone. The length of what it takes of the text, 0 if there is none.
 */
static size_t parse_pid(const char *text, bool alone, pid_t *ret)
{
	size_t n = strspn(text, "0123456789");
	char digits[16];
	uint64_t pid;

	if (!n || n >= sizeof(digits) || (text[n] != ':' && (text[n] || !alone)))
		return 0;
	memcpy(digits, text, n);
	digits[n] = '\0';
	if (pt_parse_dec(digits, &pid) || !pid || pid > INT32_MAX)
		return 0;
	*ret = (pid_t)pid;
	return n + (text[n] == ':');
}

int pt_place_parse(const char *text, bool pid_wanted, struct pt_place *ret, struct pt_str *why)
{
	struct pt_place p = { 0 };
	size_t len;

	text += strspn(text, " ");
	text += parse_pid(text, pid_wanted, &p.pid);
	text += strspn(text, " ");
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		len--;
	if (len >= sizeof(p.text))
		return malformed(text, "too long for an address", why);
	if (pid_wanted && !p.pid)
		return malformed(text,
				 "no process given; write PID:ADDRESS, such as 1234:0x7f12a000",
				 why);
	if (!p.pid && !len)
		return malformed(text, "not an address", why);
	memcpy(p.text, text, len);
	*ret = p;
	return 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static bool is_named(const struct pt_vma *vma, const char *name, size_t len)
{
	const char *base = base_name(vma->name);

	if (!len || !vma->name_len)
		return false;
	return (strlen(vma->name) == len && !memcmp(vma->name, name, len)) ||
	       (strlen(base) == len && !memcmp(base, name, len)) ||
	       (vma->name[0] == '[' && vma->name_len == len + 2 &&
		!memcmp(vma->name + 1, name, len));
}

static const struct pt_vma *find_name(const struct pt_image *img, const char *name, size_t len)
{
	for (size_t i = 0; i < img->vmas.n; i++)
		if (is_named(&img->vmas.v[i], name, len))
			return &img->vmas.v[i];
	return NULL;
}

static void add_name(const struct pt_vma *vma, struct pt_str *out)
{
	if (vma->name_len)
		pt_escape(out, base_name(vma->name), strlen(base_name(vma->name)));
	else
		pt_str_addf(out, "the anonymous mapping at 0x%llx", (unsigned long long)vma->start);
}

static int find_addr(const struct pt_image *img, uint64_t addr, uint64_t *ret_vpn,
		     struct pt_str *why)
{
	const struct pt_vmas *l = &img->vmas;
	size_t i = pt_vma_at_or_above(l->v, l->n, addr);
	char size[PT_SIZE_LEN];

	if (i < l->n && l->v[i].start <= addr) {
		*ret_vpn = addr >> PT_PAGE_SHIFT;
		return 0;
	}
	pt_str_addf(why, "0x%llx: not mapped", (unsigned long long)addr);
	if (i > 0 && i < l->n) {
		pt_str_addf(why, ", in a gap of %s between ",
			    pt_size_text(l->v[i].start - l->v[i - 1].end, size));
		add_name(&l->v[i - 1], why);
		pt_str_adds(why, " and ");
		add_name(&l->v[i], why);
	} else if (l->n) {
		pt_str_adds(why, i ? ", above the last mapping" :
				     ", below the first mapping");
	} else {
		pt_str_adds(why, "; the process has no memory");
	}
	return -ENOENT;
}

static int find_offset(const struct pt_image *img, const char *text, size_t len, uint64_t *ret_vpn,
		       struct pt_str *why)
{
	const struct pt_vma *vma = find_name(img, text, len);
	const struct pt_vma *at;
	uint64_t off;

	if (!vma)
		return malformed(text, "no mapping of that name in this process", why);
	if (pt_parse_hex(text + len + 1, &off))
		return malformed(text, "no hexadecimal number after +", why);
	at = off <= UINT64_MAX - vma->start ?
		     pt_image_vma(img, (vma->start + off) >> PT_PAGE_SHIFT) :
		     NULL;
	if (!at || strcmp(at->name, vma->name) || (!vma->name_len && at != vma))
		return malformed(text, "outside the mappings of that name", why);
	*ret_vpn = (vma->start + off) >> PT_PAGE_SHIFT;
	return 0;
}

static int find_pfn(const struct pt_image *img, const char *number, uint64_t *ret_vpn,
		    struct pt_str *why)
{
	uint64_t pfn, vpn;

	if (pt_parse_hex(number, &pfn) || !pfn)
		return malformed(number, "invalid PFN; write pfn: and a hexadecimal number", why);
	vpn = pt_image_find_pfn(img, pfn);
	if (vpn == UINT64_MAX) {
		pt_str_addf(
			why,
			"pfn 0x%llx: not mapped in this process, as far as its PFNs are readable",
			(unsigned long long)pfn);
		return -ENOENT;
	}
	*ret_vpn = vpn;
	return 0;
}

int pt_place_find(const struct pt_place *place, const struct pt_image *img, uint64_t *ret_vpn,
		  struct pt_str *why)
{
	const char *text = place->text, *plus = strrchr(text, '+');
	const struct pt_vma *named = find_name(img, text, strlen(text));
	uint64_t addr;

	if (!strncmp(text, "pfn:", 4))
		return find_pfn(img, text + 4, ret_vpn, why);
	if (named) {
		*ret_vpn = pt_vma_vpn(named);
		return 0;
	}
	switch (pt_parse_hex(text, &addr)) {
	case 0:
		return find_addr(img, addr, ret_vpn, why);
	case -ERANGE:
		return malformed(text, "larger than any address", why);
	default:
		break;
	}
	if (plus)
		return find_offset(img, text, (size_t)(plus - text), ret_vpn, why);
	return malformed(text, "neither an address nor the name of a mapping", why);
}
