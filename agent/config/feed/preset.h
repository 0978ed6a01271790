/*
 * Presets: the keys of a feed that many municipalities share, in a file of their own (postvagt.yaml(5), "Presets").
 *
 * A feed names its preset by `preset: NAME`: mappings/feeds/NAME.yaml beside the settings, else the installed one; a name
 * with a slash is a path. The two are merged as trees, before the schema reads them: each node keeps the mark of the file
 * in which it stands, so that faults, and relative paths, are those of that file.
 */
#ifndef CONFIG_FEED_PRESET_H
#define CONFIG_FEED_PRESET_H

struct arena;
struct schema_reader;
struct yaml_node;

/*
 * Return the tree of the settings with each feed that names a preset merged with it. A feed whose preset cannot be used is
 * left out, after a fault. `root` is unchanged; where no feed names a preset it is returned itself. The reader judges the
 * files as mapping files. The new root's sha256 covers the presets: it is that of the files' own hashes, one a line, the
 * settings' first and then each preset's, in the order in which feeds name them.
 */
const struct yaml_node *preset_merge(struct schema_reader *reader, const struct yaml_node *root);

/*
 * The folder of the presets that came with this program: share/postvagt/feeds beside its bin folder, or mappings/feeds where
 * it runs from the tree in which it was built. In `arena`; NULL: there is none.
 */
const char *preset_installed_folder(struct arena *arena);

#endif
