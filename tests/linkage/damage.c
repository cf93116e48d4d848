/* damage.c - editions made worse on purpose; see damage.h. What happens to a row depends on its identifier.
 */
#include "tests/linkage/damage.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "libdata/base/buf.h"
#include "libdata/base/map.h"
#include "libdata/base/text.h"

enum about { CLOSE, OPEN, SHORT, TYPO_NAME, TYPO_ADDRESS, MOVE, NAME, ADDRESS, PHONE, PLACE, TWICE, NUMBER };

/* Below n, the same for one identifier each time. */
static uint64_t chance(const char *key, enum about about, uint64_t n)
{
    return XXH3_64bits_withSeed(key, strlen(key), (XXH64_hash_t)about + 1) % n;
}

static void put(const char **text, char *now)
{
    free((char *)(uintptr_t)*text);
    *text = now;
}

/* Rows kept[i] stay; the texts of the others are lost with the program. */
static void keep(struct list *list, const bool *kept)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (!kept[i])
            continue;
        list->services[count] = list->services[i];
        list->keys[count++] = list->keys[i];
    }
    list->count = count;
}

static void keep_only(struct list *list, const char *prefixes)
{
    bool *kept = calloc(list->count + 1, sizeof *kept);

    for (size_t i = 0; i < list->count; i++) {
        const struct mg_linkage_service *s = &list->services[i];
        const char *code = *s->commune ? s->commune : s->postcode;

        for (const char *at = prefixes; at && !kept[i]; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
            kept[i] = !strncmp(code, at, strcspn(at, ","));
    }
    keep(list, kept);
    free(kept);
}

static void close_some(struct list *list, enum about about, uint64_t percent)
{
    bool *kept = calloc(list->count + 1, sizeof *kept);

    for (size_t i = 0; i < list->count; i++)
        kept[i] = chance(list->keys[i], about, 100) >= percent;
    keep(list, kept);
    free(kept);
}

static size_t content_of(const struct list *list, size_t i, char *text, size_t size)
{
    const struct mg_linkage_service *s = &list->services[i];
    int length =
        snprintf(text, size, "%s|%s|%s|%s|%s|%s|%.17g|%.17g", s->name, s->category, s->address, s->postcode,
                 s->commune, s->phone, s->has_place ? s->lon : 0, s->has_place ? s->lat : 0);

    return (size_t)length < size ? (size_t)length : size - 1;
}

static void drop_unchanged(struct list *before, struct list *after)
{
    struct mg_map seen = {0};
    int64_t *left = calloc(before->count + 1, sizeof *left), entry;
    bool *kept_a = calloc(before->count + 1, sizeof *kept_a), *kept_b = calloc(after->count + 1, 1);
    struct mg_error err = {0};
    char text[2048];

    for (size_t i = 0; i < before->count; i++) {
        if (mg_map_put(&seen, text, content_of(before, i, text, sizeof text), (int64_t)seen.count, &entry,
                       &err))
            die("rows", &err);
        left[entry]++;
    }
    for (size_t i = 0; i < after->count; i++) {
        entry = mg_map_get(&seen, text, content_of(after, i, text, sizeof text));
        kept_b[i] = entry < 0 || left[entry] == 0;
        if (!kept_b[i])
            left[entry]--;
    }
    for (size_t i = before->count; i-- > 0;) {
        entry = mg_map_get(&seen, text, content_of(before, i, text, sizeof text));
        kept_a[i] = left[entry] > 0;
        left[entry] -= kept_a[i];
    }
    keep(before, kept_a);
    keep(after, kept_b);
    mg_map_finish(&seen);
    free(left);
    free(kept_a);
    free(kept_b);
}

static char *in_capitals(const char *text)
{
    struct mg_buf buf = {0};

    mg_text_add_folded(&buf, text, strlen(text));
    for (size_t i = 0; i < buf.length; i++)
        buf.data[i] = (char)toupper((unsigned char)buf.data[i]);
    return buf.data ? buf.data : strdup("");
}

/* Words of seven letters and more keep five. */
static char *shortened(const char *text)
{
    char *out = malloc(strlen(text) + 1), *to = out;

    for (size_t run = 0; *text; text++) {
        run = *text == ' ' ? 0 : run + 1;
        if (run <= 5 || strcspn(text, " ") + run <= 7)
            *to++ = *text;
        else if (run == 6)
            *to++ = '.';
    }
    *to = '\0';
    return out;
}

static char *misspelt(const char *text, uint64_t where)
{
    char *out = strdup(text);
    size_t length = strlen(out), i = length > 3 ? 1 + where % (length - 3) : 0;

    if (i && isalpha((unsigned char)out[i]) && isalpha((unsigned char)out[i + 1])) {
        char letter = out[i];

        out[i] = out[i + 1];
        out[i + 1] = letter;
    }
    return out;
}

static void move(struct mg_linkage_service *s, const char *key)
{
    double east_m = (double)chance(key, MOVE, 801) - 400, north_m = (double)chance(key, PLACE, 801) - 400;

    if (chance(key, SHORT, 3) == 0) {
        s->lon += east_m / 75000;
        s->lat += north_m / 111000;
    } else {
        s->lon = (double)(long)(s->lon * 1e4) / 1e4;
        s->lat = (double)(long)(s->lat * 1e4) / 1e4;
    }
}

static void blank(struct mg_linkage_service *s, const char *key)
{
    if (!chance(key, NAME, 5))
        put(&s->name, strdup(""));
    if (!chance(key, ADDRESS, 5))
        put(&s->address, strdup(""));
    if (!chance(key, PHONE, 5))
        put(&s->phone, strdup(""));
    if (!chance(key, PLACE, 5))
        s->has_place = false;
}

static char *other_category(const char *category)
{
    char *out = malloc(32);

    snprintf(out, 32, "%s%08x", *category ? "T" : "", (unsigned)XXH3_64bits(category, strlen(category)));
    if (!*category)
        *out = '\0';
    return out;
}

static void damage_row(struct list *list, size_t i, const char *kinds)
{
    struct mg_linkage_service *s = &list->services[i];
    const char *key = list->keys[i];

    if (strstr(kinds, "short") && !chance(key, SHORT, 3))
        put(&s->name, shortened(s->name));
    if (strstr(kinds, "typo") && !chance(key, TYPO_NAME, 5))
        put(&s->name, misspelt(s->name, chance(key, TYPO_NAME, 1000) / 5));
    if (strstr(kinds, "typo") && !chance(key, TYPO_ADDRESS, 5))
        put(&s->address, misspelt(s->address, chance(key, TYPO_ADDRESS, 1000) / 5));
    if (strstr(kinds, "number") && !chance(key, NUMBER, 4))
        put(&s->address, strdup(s->address + strspn(s->address, "0123456789 ")));
    if (strstr(kinds, "upper")) {
        put(&s->name, in_capitals(s->name));
        put(&s->address, in_capitals(s->address));
    }
    if (strstr(kinds, "jitter") && s->has_place)
        move(s, key);
    if (strstr(kinds, "blank"))
        blank(s, key);
    if (strstr(kinds, "category"))
        put(&s->category, other_category(s->category));
}

static void double_some(struct list *list)
{
    size_t count = list->count;

    list->services = realloc(list->services, (2 * count + 1) * sizeof *list->services);
    list->keys = realloc(list->keys, (2 * count + 1) * sizeof *list->keys);
    for (size_t i = 0; i < count; i++) {
        struct mg_linkage_service *s = &list->services[list->count];

        if (chance(list->keys[i], TWICE, 20))
            continue;
        *s = list->services[i];
        s->name = in_capitals(s->name);
        list->keys[list->count++] = list->keys[i];
    }
}

void damage(struct list *before, struct list *after, int argc, char **argv)
{
    const char *only = option(argc, argv, "only"), *closed = option(argc, argv, "closed");
    const char *kinds = option(argc, argv, "damage"), *unchanged = option(argc, argv, "unchanged");

    if (only) {
        keep_only(before, only);
        keep_only(after, only);
    }
    if (closed) {
        close_some(after, CLOSE, strtoull(closed, NULL, 10));
        close_some(before, OPEN, strtoull(closed, NULL, 10));
    }
    for (size_t i = 0; kinds && i < after->count; i++)
        damage_row(after, i, kinds);
    if (kinds && strstr(kinds, "twice"))
        double_some(after);
    if (unchanged)
        drop_unchanged(before, after);
}
