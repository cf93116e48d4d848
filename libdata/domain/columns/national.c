#include "libdata/domain/columns/national.h"

#include <inttypes.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/base/text.h"
#include "libdata/domain/columns/profiles.h"

MG_DEFINE_CLEANUP(struct mg_national, mg_national_destroy)

void mg_national_destroy(struct mg_national *profile)
{
    if (!profile)
        return;
    free(profile->text);
    free(profile);
}

/* The text without blanks around it, cut in place. */
static char *trimmed(char *text)
{
    size_t length;
    const char *start = mg_text_trim(text, strlen(text), &length);
    text += start - text;
    text[length] = '\0';
    return text;
}

static bool split(char *text, char separator, struct mg_national_list *list)
{
    const char separators[] = {separator, '\0'};
    while (text) {
        char *item = trimmed(strsep(&text, separators));
        if (!*item)
            continue;
        if (list->count == MG_NATIONAL_NAMES)
            return false;
        list->items[list->count++] = item;
    }
    return list->count > 0;
}

int mg_national_position(const struct mg_national_list *list, const char *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], item))
            return (int)i;
    return -1;
}

static bool add_map(struct mg_national *profile, char *value)
{
    char *columns = strchr(value, '=');
    if (!columns || profile->map_count == MG_NATIONAL_MAPS)
        return false;
    *columns++ = '\0';
    const char *role = trimmed(value);
    size_t at = profile->map_count++;
    return mg_role_from_name(role, strlen(role), &profile->maps[at].role) &&
           split(columns, '|', &profile->maps[at].columns);
}

static bool take(struct mg_national *profile, const char *key, char *value)
{
    const struct {
        const char *key;
        const char **text;
    } texts[] = {
        {"title", &profile->title}, {"producer", &profile->producer}, {"licence", &profile->licence},
        {"as", &profile->kind},     {"level", &profile->level},       {"crs", &profile->crs},
        {"rows", &profile->rows},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!strcmp(texts[i].key, key)) {
            *texts[i].text = value;
            return true;
        }
    if (!strcmp(key, "has"))
        return profile->has_count < MG_NATIONAL_HAS && split(value, ',', &profile->has[profile->has_count++]);
    if (!strcmp(key, "not"))
        return split(value, ',', &profile->without);
    if (!strcmp(key, "ignore"))
        return split(value, ',', &profile->ignore);
    if (!strcmp(key, "names"))
        return split(value, ',', &profile->names);
    if (!strcmp(key, "join"))
        return split(value, ',', &profile->join) && profile->join.count > 2;
    if (!strcmp(key, "map"))
        return add_map(profile, value);
    profile->no_key = !strcmp(key, "no-key") && !strcmp(value, "yes");
    return profile->no_key;
}

static enum mg_code parse_lines(struct mg_national *profile, struct mg_error *err)
{
    char *at = profile->text;
    for (int64_t line = 1; at; line++) {
        char *key = trimmed(strsep(&at, "\n")), *value = strchr(key, ':');
        if (!*key || *key == '#')
            continue;
        if (value)
            *value++ = '\0';
        if (value && *(value = trimmed(value)) && take(profile, trimmed(key), value))
            continue;
        mg_fail(err, MG_ERR_INPUT, _("profile %s: line %" PRId64 " says nothing that a profile may say"),
                profile->name, line);
        mg_error_at(err, line, 0, 0, NULL);
        return MG_ERR_INPUT;
    }
    if (!profile->kind || !profile->title || !profile->has_count)
        return mg_fail(err, MG_ERR_INPUT, _("profile %s: title, as or has is missing"), profile->name);
    if (profile->join.count &&
        (!profile->rows || mg_national_position(&profile->names, profile->join.items[1]) < 0))
        return mg_fail(err, MG_ERR_INPUT, _("profile %s: join wants rows, and a key among names"),
                       profile->name);
    return MG_OK;
}

enum mg_code mg_national_parse(const char *name, const char *text, struct mg_national **ret_profile,
                               struct mg_error *err)
{
    MG_CLEANUP(mg_national_destroy_pointer) struct mg_national *profile = mg_calloc(1, sizeof *profile);
    if (!profile)
        return mg_fail_memory(err);
    profile->name = name;
    profile->text = mg_strdup(text);
    if (!profile->text)
        return mg_fail_memory(err);
    enum mg_code code = parse_lines(profile, err);
    if (code)
        return code;
    *ret_profile = profile;
    profile = NULL;
    return MG_OK;
}

enum mg_code mg_national_load(const char *name, struct mg_national **ret_profile, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf list = {0};
    for (size_t i = 0; i < mg_profile_count; i++) {
        if (!strcmp(mg_profile_texts[i].name, name))
            return mg_national_parse(mg_profile_texts[i].name, mg_profile_texts[i].text, ret_profile, err);
        mg_buf_printf(&list, "%s%s", i ? ", " : "", mg_profile_texts[i].name);
    }
    mg_fail(err, MG_ERR_USAGE, _("--profile: there is none called '%s'"), name);
    mg_error_hint(err, _("there are: none, %s"), list.failed ? "" : list.data);
    return MG_ERR_USAGE;
}

static enum mg_code add_folded(struct mg_buf *buf, const char *name, struct mg_error *err)
{
    mg_buf_clear(buf);
    mg_text_add_folded(buf, name, strlen(name));
    return mg_buf_check(buf, err);
}

/* How many of the names are columns. */
static enum mg_code count_there(const struct mg_map *columns, const struct mg_national_list *names,
                                size_t *ret_there, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    *ret_there = 0;
    for (size_t i = 0; i < names->count; i++) {
        enum mg_code code = add_folded(&folded, names->items[i], err);
        if (code)
            return code;
        *ret_there += folded.length && mg_map_get(columns, folded.data, folded.length) >= 0;
    }
    return MG_OK;
}

/* How many columns the profile asks for, if it fits; else 0. */
static enum mg_code fit(const struct mg_national *profile, const struct mg_map *columns, size_t *ret_fit,
                        struct mg_error *err)
{
    size_t there = 0;
    *ret_fit = 0;
    enum mg_code code = count_there(columns, &profile->without, &there, err);
    if (code || there)
        return code;
    for (size_t i = 0; i < profile->has_count && !code; i++) {
        code = count_there(columns, &profile->has[i], &there, err);
        if (!code && there == profile->has[i].count && there > *ret_fit)
            *ret_fit = there;
    }
    return code;
}

enum mg_code mg_national_recognise(const char *const *columns, size_t count, struct mg_national **ret_profile,
                                   struct mg_error *err)
{
    MG_CLEANUP(mg_map_finish) struct mg_map folded = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    MG_CLEANUP(mg_national_destroy_pointer) struct mg_national *best = NULL;
    size_t best_fit = 0;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < count && !code; i++) {
        code = add_folded(&name, columns[i], err);
        if (!code && name.length)
            code = mg_map_put(&folded, name.data, name.length, (int64_t)i, NULL, err);
    }
    for (size_t i = 0; i < mg_profile_count && !code; i++) {
        MG_CLEANUP(mg_national_destroy_pointer) struct mg_national *profile = NULL;
        size_t here = 0;
        code = mg_national_parse(mg_profile_texts[i].name, mg_profile_texts[i].text, &profile, err);
        if (!code)
            code = fit(profile, &folded, &here, err);
        if (!code && here > best_fit) {
            struct mg_national *worse = best;
            best = profile;
            profile = worse;
            best_fit = here;
        }
    }
    if (code)
        return code;
    *ret_profile = best;
    best = NULL;
    return MG_OK;
}

static void list_key(struct mg_out *out, const struct mg_national *profile, enum mg_role role,
                     const char *name)
{
    for (size_t i = 0; i < profile->map_count; i++)
        if (profile->maps[i].role == role) {
            mg_out_text(out, name, profile->maps[i].columns.items[0]);
            return;
        }
    mg_out_null(out, name);
}

static enum mg_code list_profile(const struct mg_national *profile, struct mg_out *out, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf columns = {0};
    for (size_t i = 0; i < profile->has[0].count; i++)
        mg_buf_printf(&columns, "%s%s", i ? ", " : "", profile->has[0].items[i]);
    enum mg_code code = mg_buf_check(&columns, err);
    if (code)
        return code;
    mg_out_begin(out, "profile");
    mg_out_text(out, "profile", profile->name);
    mg_out_text(out, "as", profile->kind);
    mg_out_text(out, "level", profile->level);
    mg_out_text(out, "title", profile->title);
    mg_out_text(out, "producer", profile->producer);
    mg_out_text(out, "licence", profile->licence);
    list_key(out, profile, MG_ROLE_KEY, "key");
    mg_out_text(out, "columns", columns.data);
    return mg_out_end_record(out, err);
}

enum mg_code mg_nationals_list(struct mg_out *out, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < mg_profile_count && !code; i++) {
        MG_CLEANUP(mg_national_destroy_pointer) struct mg_national *profile = NULL;
        code = mg_national_parse(mg_profile_texts[i].name, mg_profile_texts[i].text, &profile, err);
        if (!code)
            code = list_profile(profile, out, err);
    }
    return code;
}
