/*
 * What a list that does not exist is made of (lists.create): the entry but for
 * its members, which are the plan's additions.
 */
#ifndef DIRECTORY_NEW_LIST_H
#define DIRECTORY_NEW_LIST_H

struct plan;
struct settings;

/*
 * Fill in `entry` of every list of the plan that is not there and is to be made:
 * the object classes, the RDN's attributes, a description, and the address that
 * the route gives it. In the plan's arena. After difference(), before the report.
 */
void new_lists_describe(struct plan *plan, const struct settings *settings);

#endif
