/* Of which COG year the communes of the file are (geo/cog_year.h). */
#include <string.h>

#include "libdata/domain/common/codes.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/import/internal.h"

static int column_of_names(const struct mg_import *import)
{
    for (size_t i = 0; i < import->info->column_count; i++) {
        bool has_role = false;
        for (int role = 0; role < MG_ROLE_COUNT; role++)
            has_role = has_role || import->roles.column[role] == (int)i;
        if (!has_role && import->meanings[i].meaning == MG_MEANING_COMMUNE_NAME)
            return (int)i;
    }
    return -1;
}

enum mg_code mg_import_watch_communes(struct mg_import *import, struct mg_error *err)
{
    const int *roles = import->roles.column;
    bool services = !strcmp(import->kind->name, "services"), counts = !strcmp(import->kind->name, "counts"),
         territories = !strcmp(import->kind->name, "territories");
    int64_t movements = 0;
    enum mg_code code =
        import->db ? mg_db_query_i64(import->db, MG_SQL_COG_MOVEMENTS, &movements, NULL, err, "") : MG_OK;
    import->cog.commune = services || counts ? roles[MG_ROLE_COMMUNE] : -1;
    import->cog.name = services ? column_of_names(import) : -1;
    import->cog.kind = -1;
    if (territories) {
        import->cog.commune = roles[MG_ROLE_CODE];
        import->cog.name = roles[MG_ROLE_NAME];
        import->cog.kind = roles[MG_ROLE_KIND];
    }
    import->cog.watched = !code && movements && import->cog.commune >= 0;
    return code;
}

static struct mg_cell cell_at(const struct mg_row *row, int column)
{
    struct mg_cell cell = {"", 0};
    if (column >= 0)
        cell.text = mg_text_trim(row->cells[column].text, row->cells[column].length, &cell.length);
    return cell;
}

enum mg_code mg_import_see_commune(struct mg_import *import, const struct mg_row *row, struct mg_error *err)
{
    char proper[MG_CODE_SIZE];
    struct mg_cell commune = cell_at(row, import->cog.commune), name = cell_at(row, import->cog.name),
                   kind = cell_at(row, import->cog.kind);
    bool other = kind.length && (kind.length != 3 || memcmp(kind.text, "COM", 3) != 0);
    if (other || !mg_code_commune(commune.text, commune.length, proper))
        return MG_OK;
    return mg_cog_codes_add(&import->cog.codes, proper, name.text, name.length, err);
}

enum mg_code mg_import_settle_communes(struct mg_import *import, struct mg_error *err)
{
    struct mg_dataset dataset = {.id = import->dataset_id};
    struct mg_edition edition = {.id = import->edition};
    enum mg_code code = MG_OK;
    strcpy(dataset.kind, import->kind->name);
    strcpy(edition.as_of, import->as_of);
    if (!strcmp(dataset.kind, "movements"))
        return mg_cog_edition_store_all(import->db, err);
    bool services = !strcmp(dataset.kind, "services");
    if (!import->cog.watched || (!services && strcmp(import->level, "commune") != 0))
        return MG_OK;
    if (!services) { /* fewer rows than were read have a figure or are a commune */
        mg_cog_codes_finish(&import->cog.codes);
        import->cog.codes = (struct mg_cog_codes){0};
        code = mg_cog_edition_codes(import->db, &dataset, &edition, &import->cog.codes, err);
    }
    if (!code)
        code = mg_cog_year_find(import->db, &import->cog.codes, &import->cog.year, err);
    return code ? code : mg_cog_edition_store(import->db, import->edition, &import->cog.year, err);
}
