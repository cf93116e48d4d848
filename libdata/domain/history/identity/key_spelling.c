/* identity/key_spelling.c - keys that a source has come to write otherwise: 17 and 0017, 17 and AG-17.
 *
 * A key that only one side has, and one that only the other has, are one key if they are the same but for
 * what nobody sees (composed or not, zero-width characters, blanks) and for case, and are alone in that on
 * their side; nothing has changed then.
 *
 * Compared are letters and digits alone, without regard to case and to zeros in front, and, where that is not
 * enough, without a prefix that all keys of one side begin with. Keys that are the same then, each the only
 * one of its side, are one key, if that is so of most keys, and of more than are the same as they stand.
 * Whether they identify is tested as for any others (identity/key_trust.c).
 */
#include <string.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/history/identity/identity.h"

#define LEAST_KEYS  20  /* on each side */
#define SHARE       0.5 /* of the keys of the smaller side */
#define MOST_PREFIX 16

/* The keys of one side, and what is compared of them when a prefix is cut off. */
struct forms {
    struct mg_map map; /* the value is the entry's own index */
    uint32_t *keys;    /* by that: entry of h->keys; HISTORY_NONE: of several */
};

struct side {
    uint32_t *keys; /* entries of h->keys, each once */
    size_t count;
    char prefix[MOST_PREFIX + 1]; /* that all have, of their letters and digits */
    struct forms whole;
};

static void forms_finish(struct forms *forms)
{
    mg_map_finish(&forms->map);
    free(forms->keys);
}

static void side_finish(struct side *side)
{
    forms_finish(&side->whole);
    free(side->keys);
}

/* Letters in upper case and digits, and whatever is not ASCII. */
static void take_plain(const char *key, struct mg_buf *buf)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf normal = {0};
    if (!mg_text_is_ascii(key, strlen(key))) {
        mg_text_add_normal(&normal, key, strlen(key), false);
        mg_buf_add_char(&normal, '\0');
        buf->failed |= normal.failed;
        key = normal.failed ? "" : normal.data;
    }
    mg_buf_clear(buf);
    mg_buf_add(buf, "", 0);
    for (; *key; key++) {
        bool lower = *key >= 'a' && *key <= 'z', upper = *key >= 'A' && *key <= 'Z';
        if (lower || upper || mg_is_digit(*key) || (unsigned char)*key >= 0x80)
            mg_buf_add_char(buf, lower ? (char)(*key - 'a' + 'A') : *key);
    }
}

static const char *key_at(const struct mg_history *h, uint32_t entry)
{
    return mg_map_key(&h->keys, entry, NULL);
}

static enum mg_code take_keys(const struct mg_history *h, int which, struct side *side, struct mg_error *err)
{
    const struct history_rows *rows = &h->rows[which];
    MG_FREE bool *seen = mg_calloc(h->keys.count + 1, sizeof *seen);
    MG_CLEANUP(mg_buf_finish) struct mg_buf plain = {0};
    side->keys = mg_calloc(h->keys.count + 1, sizeof *side->keys);
    if (!seen || !side->keys)
        return mg_fail_memory(err);
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t key = rows->rows[i].key;
        if (key == HISTORY_NONE || seen[key])
            continue;
        seen[key] = true;
        take_plain(key_at(h, key), &plain);
        if (plain.failed)
            return mg_fail_memory(err);
        if (!side->count)
            strncpy(side->prefix, plain.data, MOST_PREFIX);
        size_t same = 0;
        while (side->prefix[same] && side->prefix[same] == plain.data[same])
            same++;
        side->prefix[same] = '\0';
        side->keys[side->count++] = key;
    }
    return MG_OK;
}

/* What is compared of a key: in plain, without what is cut off and zeros in front. */
static const char *form_of(const char *key, size_t cut, struct mg_buf *plain)
{
    take_plain(key, plain);
    if (plain->failed)
        return "";
    const char *form = plain->data + (cut < plain->length ? cut : plain->length);
    while (form[0] == '0' && form[1])
        form++;
    return form;
}

/* A bit for each form, by its hash: how many keys of before have one that is set by a key of after is no less
 * than what count_same would say, and takes a tenth of the memory. */
static enum mg_code most_same(const struct mg_history *h, const struct side sides[HISTORY_SIDES],
                              const size_t cuts[HISTORY_SIDES], int64_t *ret_most, struct mg_error *err)
{
    size_t bits = 1024;
    while (bits < 16 * sides[HISTORY_AFTER].count)
        bits *= 2;
    MG_FREE uint8_t *set = mg_calloc(bits / 8, 1);
    MG_CLEANUP(mg_buf_finish) struct mg_buf plain = {0};
    *ret_most = 0;
    if (!set)
        return mg_fail_memory(err);
    for (int side = HISTORY_AFTER; side >= HISTORY_BEFORE; side--)
        for (size_t i = 0; i < sides[side].count; i++) {
            const char *form = form_of(key_at(h, sides[side].keys[i]), cuts[side], &plain);
            if (plain.failed)
                return mg_fail_memory(err);
            size_t bit = XXH3_64bits(form, strlen(form)) & (bits - 1);
            if (side == HISTORY_AFTER)
                set[bit / 8] |= (uint8_t)(1 << bit % 8);
            else
                *ret_most += set[bit / 8] >> bit % 8 & 1;
        }
    return MG_OK;
}

static enum mg_code make_forms(const struct mg_history *h, const struct side *side, size_t cut,
                               struct forms *forms, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf plain = {0};
    forms->keys = mg_calloc(side->count + 1, sizeof *forms->keys);
    if (!forms->keys)
        return mg_fail_memory(err);
    for (size_t i = 0; i < side->count; i++) {
        const char *form = form_of(key_at(h, side->keys[i]), cut, &plain);
        if (plain.failed)
            return mg_fail_memory(err);
        int64_t next = (int64_t)forms->map.count, held;
        enum mg_code code = *form ? mg_map_put(&forms->map, form, strlen(form), next, &held, err) : MG_OK;
        if (code)
            return code;
        if (*form)
            forms->keys[held] = held == next ? side->keys[i] : HISTORY_NONE;
    }
    return MG_OK;
}

/* aliases (may be NULL): by entry of h->keys, of a key of before the one of after that it is. */
static int64_t count_same(const struct forms *before, const struct forms *after, uint32_t *aliases)
{
    int64_t same = 0;
    for (size_t i = 0; i < before->map.count; i++) {
        size_t length;
        const char *form = mg_map_key(&before->map, i, &length);
        int64_t other = mg_map_get(&after->map, form, length);
        if (other < 0 || before->keys[i] == HISTORY_NONE || after->keys[other] == HISTORY_NONE ||
            before->keys[i] == after->keys[other])
            continue;
        same++;
        if (aliases)
            aliases[before->keys[i]] = after->keys[other];
    }
    return same;
}

static int64_t count_unchanged(const struct side *before, const struct side *after, bool *seen)
{
    int64_t unchanged = 0;
    for (size_t i = 0; i < before->count; i++)
        seen[before->keys[i]] = true;
    for (size_t i = 0; i < after->count; i++)
        unchanged += seen[after->keys[i]];
    return unchanged;
}

/* Is it a place to cut: the end of the prefix, or where letters end or begin in it? */
static bool may_cut(const char *prefix, size_t at)
{
    return !prefix[at] || mg_is_digit(prefix[at - 1]) != mg_is_digit(prefix[at]);
}

/* Can any form make that many keys the same? Of most files none can, and that is found without a map. */
static enum mg_code may_be_enough(const struct mg_history *h, const struct side sides[HISTORY_SIDES],
                                  int64_t enough, bool *ret_may, struct mg_error *err)
{
    *ret_may = false;
    for (int side = 0; side < HISTORY_SIDES; side++)
        for (size_t cut = 0; cut <= strlen(sides[side].prefix); cut++) {
            size_t cuts[HISTORY_SIDES] = {0};
            int64_t most;
            if (cut ? !may_cut(sides[side].prefix, cut) : side != HISTORY_BEFORE)
                continue;
            cuts[side] = cut;
            enum mg_code code = most_same(h, sides, cuts, &most, err);
            if (code || (*ret_may = most >= enough))
                return code;
        }
    return MG_OK;
}

/* The forms that make most keys the same; of equals those with least cut off, before rather than after. */
static enum mg_code find_best(struct mg_history *h, const struct side sides[HISTORY_SIDES], int64_t enough,
                              struct mg_error *err)
{
    int64_t most = count_same(&sides[HISTORY_BEFORE].whole, &sides[HISTORY_AFTER].whole, NULL);
    int best_side = HISTORY_BEFORE;
    size_t best_cut = 0;
    enum mg_code code = MG_OK;
    for (int side = 0; side < HISTORY_SIDES && most < enough; side++)
        for (size_t cut = 1; cut <= strlen(sides[side].prefix) && !code; cut++) {
            MG_CLEANUP(forms_finish) struct forms forms = {0};
            if (!may_cut(sides[side].prefix, cut) || (code = make_forms(h, &sides[side], cut, &forms, err)))
                continue;
            bool before = side == HISTORY_BEFORE;
            int64_t same = count_same(before ? &forms : &sides[HISTORY_BEFORE].whole,
                                      before ? &sides[HISTORY_AFTER].whole : &forms, NULL);
            if (same <= most)
                continue;
            most = same;
            best_side = side;
            best_cut = cut;
        }
    if (code || most < enough)
        return code;
    h->key_form.column = "key";
    for (size_t i = 0; i < h->dataset->field_count; i++)
        if (h->dataset->fields[i].role && !strcmp(h->dataset->fields[i].role, "key"))
            h->key_form.column = h->columns[i].name;
    MG_CLEANUP(forms_finish) struct forms forms = {0};
    bool before = best_side == HISTORY_BEFORE;
    code = make_forms(h, &sides[best_side], best_cut, &forms, err);
    if (!code)
        h->key_form.n = count_same(before ? &forms : &sides[HISTORY_BEFORE].whole,
                                   before ? &sides[HISTORY_AFTER].whole : &forms, h->key_form.aliases);
    return code;
}

/* The key without what nobody sees, and in one case. */
static const char *unseen_form(const char *key, struct mg_buf *form)
{
    mg_buf_clear(form);
    mg_text_add_normal(form, key, strlen(key), true);
    mg_buf_add_char(form, '\0');
    return form->failed ? "" : form->data;
}

/* By form, the one key of a side. A form of several has none, nor has one whose key the other side has as
 * well (known, by entry). */
static enum mg_code make_unseen(const struct mg_history *h, const struct side *side, const bool *known,
                                struct forms *forms, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf form = {0};
    forms->keys = mg_calloc(side->count + 1, sizeof *forms->keys);
    if (!forms->keys)
        return mg_fail_memory(err);
    for (size_t i = 0; i < side->count; i++) {
        const char *text = unseen_form(key_at(h, side->keys[i]), &form);
        if (form.failed)
            return mg_fail_memory(err);
        int64_t next = (int64_t)forms->map.count, held;
        enum mg_code code = mg_map_put(&forms->map, text, strlen(text), next, &held, err);
        if (code)
            return code;
        forms->keys[held] = held == next && !known[side->keys[i]] ? side->keys[i] : HISTORY_NONE;
    }
    return MG_OK;
}

/* Keys that only case and what nobody sees tell apart. on_before: by entry, is it a key of before? */
static enum mg_code find_unseen(struct mg_history *h, const struct side sides[HISTORY_SIDES],
                                const bool *on_before, struct mg_error *err)
{
    MG_CLEANUP(forms_finish) struct forms before = {0};
    MG_CLEANUP(forms_finish) struct forms after = {0};
    MG_FREE bool *on_after = mg_calloc(h->keys.count + 1, sizeof *on_after);
    if (!on_after)
        return mg_fail_memory(err);
    for (size_t i = 0; i < sides[HISTORY_AFTER].count; i++)
        on_after[sides[HISTORY_AFTER].keys[i]] = true;
    enum mg_code code = make_unseen(h, &sides[HISTORY_BEFORE], on_after, &before, err);
    if (!code)
        code = make_unseen(h, &sides[HISTORY_AFTER], on_before, &after, err);
    if (!code)
        count_same(&before, &after, h->key_form.aliases);
    return code;
}

static enum mg_code find_forms(struct mg_history *h, struct side sides[HISTORY_SIDES], struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (int side = 0; side < HISTORY_SIDES && !code; side++)
        code = take_keys(h, side, &sides[side], err);
    size_t smaller = sides[HISTORY_BEFORE].count < sides[HISTORY_AFTER].count ? sides[HISTORY_BEFORE].count
                                                                              : sides[HISTORY_AFTER].count;
    if (code || !smaller)
        return code;
    MG_FREE bool *seen = mg_calloc(h->keys.count + 1, sizeof *seen);
    h->key_form.aliases = mg_malloc((h->keys.count + 1) * sizeof *h->key_form.aliases);
    if (!seen || !h->key_form.aliases)
        return mg_fail_memory(err);
    for (size_t i = 0; i <= h->keys.count; i++)
        h->key_form.aliases[i] = HISTORY_NONE;
    int64_t unchanged = count_unchanged(&sides[HISTORY_BEFORE], &sides[HISTORY_AFTER], seen);
    if (smaller < LEAST_KEYS)
        return find_unseen(h, sides, seen, err);
    int64_t enough = (int64_t)(SHARE * (double)smaller + 0.5);
    if (unchanged >= enough) /* most keys are found again as they stand */
        return find_unseen(h, sides, seen, err);
    enough = enough > unchanged ? enough : unchanged + 1;
    bool may;
    if ((code = may_be_enough(h, sides, enough, &may, err)))
        return code;
    if (!may)
        return find_unseen(h, sides, seen, err);
    for (int side = 0; side < HISTORY_SIDES && !code; side++)
        code = make_forms(h, &sides[side], 0, &sides[side].whole, err);
    h->key_form.of = (int64_t)smaller;
    if (!code)
        code = find_best(h, sides, enough, err);
    return code || h->key_form.n ? code : find_unseen(h, sides, seen, err);
}

enum mg_code history_key_form(struct mg_history *h, struct mg_error *err)
{
    struct side sides[HISTORY_SIDES] = {0};
    enum mg_code code = find_forms(h, sides, err);
    side_finish(&sides[HISTORY_BEFORE]);
    side_finish(&sides[HISTORY_AFTER]);
    for (size_t i = 0; i < h->rows[HISTORY_BEFORE].count && h->key_form.aliases && !code; i++) {
        struct history_row *row = &h->rows[HISTORY_BEFORE].rows[i];
        if (row->key != HISTORY_NONE && h->key_form.aliases[row->key] != HISTORY_NONE)
            row->key = h->key_form.aliases[row->key];
    }
    return code;
}

const char *history_key_as_matched(const struct mg_history *h, int side, const char *key)
{
    int64_t entry =
        h->key_form.aliases && side == HISTORY_BEFORE ? mg_map_get(&h->keys, key, strlen(key)) : -1;
    return entry < 0 || h->key_form.aliases[entry] == HISTORY_NONE ? key
                                                                   : key_at(h, h->key_form.aliases[entry]);
}

bool history_key_rewritten(const struct mg_history *h)
{
    const char *before = h->contents[HISTORY_BEFORE].key, *after = h->contents[HISTORY_AFTER].key;
    return h->key_form.n && before && after && strcmp(before, after) != 0 &&
           !strcmp(history_key_as_matched(h, HISTORY_BEFORE, before), after);
}
