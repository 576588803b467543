/*
 * What keys do, one function for each word "function" of keys.def.
 */
#ifndef PAGETOP_UI_COMMANDS_H
#define PAGETOP_UI_COMMANDS_H

#include <stdbool.h>

struct pt_ui;

/* What is done with the column under the cursor. */
enum { PT_COLUMN_SORT, PT_COLUMN_SHOW, PT_COLUMN_LEFT, PT_COLUMN_RIGHT, PT_COLUMN_RESET };

/* The list on the screen is sorted by this heading; the other way round where it was already. */
void pt_lists_sort(struct pt_ui *ui, int heading);

/* Says so, where the filter of processes keeps their list at another lens than the chosen one; true: it does not. */
bool pt_lists_say_lens(struct pt_ui *ui);

/* The filter of the list on the screen is taken off. False: there was none, or no list. */
bool pt_lists_all(struct pt_ui *ui);

#define PT_CMD(name) void pt_cmd_##name(struct pt_ui *ui, int arg)
PT_CMD(help);
PT_CMD(about);
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
PT_CMD(who);
PT_CMD(contents);
PT_CMD(save);
PT_CMD(diff);
PT_CMD(step);
PT_CMD(sort);
PT_CMD(invert);
PT_CMD(tree);
PT_CMD(follow);
PT_CMD(columns);
PT_CMD(column);
PT_CMD(pause);
PT_CMD(settings);
PT_CMD(change);
PT_CMD(save_settings);
PT_CMD(picture);
#undef PT_CMD

#endif
