/*
 * What keys do, one function for each word "function" of keys.def.
 */
#ifndef PAGETOP_APP_COMMANDS_H
#define PAGETOP_APP_COMMANDS_H

struct pt_ui;

#define PT_CMD(name) void pt_cmd_##name(struct pt_ui *ui, int arg)
PT_CMD(help);
PT_CMD(in);
PT_CMD(back);
PT_CMD(quit);
PT_CMD(find);
PT_CMD(next);
PT_CMD(go);
PT_CMD(move);
PT_CMD(scan);
PT_CMD(lens);
PT_CMD(next_lens);
PT_CMD(who);
PT_CMD(contents);
PT_CMD(save);
PT_CMD(diff);
PT_CMD(step);
PT_CMD(picture);
#undef PT_CMD

#endif
