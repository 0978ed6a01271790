/* What postvagt check says besides its findings of its own: rights that are not shown, and names that are not DNs. */
#ifndef CHECK_NOTES_H
#define CHECK_NOTES_H

struct notes;
struct session;

/* Add the notes (verify/note.h). After a plan. */
void check_notes(struct session *session, struct notes *notes);

#endif
