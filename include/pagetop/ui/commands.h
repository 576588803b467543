/*
 * What keys do, one function for each word "function" of keys.def.
 */
#ifndef PAGETOP_UI_COMMANDS_H
#define PAGETOP_UI_COMMANDS_H

#include <stdbool.h>

struct pt_ui;

/* The view of this name comes on top; where it is already, it goes. */
void pt_open_view(struct pt_ui *ui, const char *name);

/* The list on the screen is sorted by this heading; the other way round where it was already. */
void pt_lists_sort(struct pt_ui *ui, int heading);

/* The filter of the list on top is taken off. False: there was none, or no list. */
bool pt_lists_all(struct pt_ui *ui);

#define PT_CMD(name) void pt_cmd_##name(struct pt_ui *ui, int arg)
PT_CMD(act);
PT_CMD(in);
PT_CMD(back);
PT_CMD(escape);
PT_CMD(quit);
PT_CMD(find);
PT_CMD(next);
PT_CMD(go);
PT_CMD(filter);
PT_CMD(legend);
PT_CMD(find_page);
PT_CMD(mark);
PT_CMD(go_mark);
PT_CMD(move);
PT_CMD(scan);
PT_CMD(lens);
PT_CMD(next_lens);
PT_CMD(pages);
PT_CMD(contents);
PT_CMD(save);
PT_CMD(diff);
PT_CMD(step);
PT_CMD(sort);
PT_CMD(invert);
PT_CMD(tree);
PT_CMD(follow);
PT_CMD(pause);
PT_CMD(picture);
#undef PT_CMD

#endif
