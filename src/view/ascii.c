#include "pagetop/view/ascii.h"

/* Bars grow from '_' to '#', shades from '.' on. */
static const struct { uint32_t ch; char ascii; } stand_in[] = {
	{ 0x00b7, '-' }, { 0x00d7, 'x' }, { 0x2013, '-' }, { 0x2022, '*' }, { 0x2026, '~' },
	{ 0x2190, '<' }, { 0x2191, '^' }, { 0x2192, '>' }, { 0x2193, 'v' }, { 0x2212, '-' }, { 0x2248, '~' }, { 0x2264, '<' }, { 0x2265, '>' },
	{ 0x2500, '-' }, { 0x2501, '=' }, { 0x2502, '|' }, { 0x2504, '-' }, { 0x2506, '|' }, { 0x250a, ':' },
	{ 0x250c, '+' }, { 0x2510, '+' }, { 0x2514, '`' }, { 0x2518, '+' }, { 0x251c, '|' }, { 0x2524, '|' },
	{ 0x252c, '+' }, { 0x2534, '+' }, { 0x253c, '+' }, { 0x2570, '`' },
	{ 0x2580, '"' }, { 0x2581, '_' }, { 0x2582, '.' }, { 0x2583, ':' }, { 0x2584, '-' }, { 0x2585, '=' }, { 0x2586, '+' },
	{ 0x2587, '*' }, { 0x2588, '#' },
	{ 0x2589, '#' }, { 0x258a, '*' }, { 0x258b, '+' }, { 0x258c, '=' }, { 0x258d, '-' }, { 0x258e, ':' },
	{ 0x258f, '|' }, { 0x2590, '=' }, { 0x2591, '.' }, { 0x2592, ':' }, { 0x2593, '*' }, { 0x2594, '"' },
	{ 0x2595, '|' },
	{ 0x25a0, '#' }, { 0x25aa, '*' }, { 0x25b2, '^' }, { 0x25b4, '^' }, { 0x25b6, '>' }, { 0x25b8, '>' },
	{ 0x25bc, 'v' }, { 0x25be, 'v' }, { 0x25c0, '<' }, { 0x25c2, '<' }, { 0x25cf, '*' },
};

uint32_t pt_ascii(uint32_t ch)
{
	for (size_t i = 0; ch >= 0x80 && i < sizeof(stand_in) / sizeof(stand_in[0]); i++)
		if (stand_in[i].ch == ch)
			return (unsigned char)stand_in[i].ascii;
	return ch < 0x80 ? ch : '?';
}

void pt_canvas_ascii(struct pt_canvas *c)
{
	for (int i = 0; i < c->w * c->h; i++)
		c->cell[i] = (struct pt_cell){ .style = c->cell[i].style,
					       .ch = !c->cell[i].ch || c->cell[i].mark[0] ?
							     '?' :
							     pt_ascii(c->cell[i].ch) };
}
