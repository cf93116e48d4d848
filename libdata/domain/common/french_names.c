/* The names of the départements and regions, folded, as a column of them is known by. Regions of before and
 * after 2016. */
#include <string.h>

#include "libdata/base/text.h"
#include "libdata/domain/common/identifiers.h"

#define LONGEST 60 /* bytes of a name */

static const char departements[] =
    "|ain|aisne|allier|alpes de haute provence|hautes alpes|alpes maritimes|ardeche|ardennes|ariege|aube|aude"
    "|aveyron|bouches du rhone|calvados|cantal|charente|charente maritime|cher|correze|corse du sud"
    "|haute corse|corse|cote d or|cotes d armor|creuse|dordogne|doubs|drome|eure|eure et loir|finistere|gard"
    "|haute garonne|gers|gironde|herault|ille et vilaine|indre|indre et loire|isere|jura|landes|loir et cher"
    "|loire|haute loire|loire atlantique|loiret|lot|lot et garonne|lozere|maine et loire|manche|marne"
    "|haute marne|mayenne|meurthe et moselle|meuse|morbihan|moselle|nievre|nord|oise|orne|pas de calais"
    "|puy de dome|pyrenees atlantiques|hautes pyrenees|pyrenees orientales|bas rhin|haut rhin|rhone"
    "|haute saone|saone et loire|sarthe|savoie|haute savoie|paris|seine maritime|seine et marne|yvelines"
    "|deux sevres|somme|tarn|tarn et garonne|var|vaucluse|vendee|vienne|haute vienne|vosges|yonne"
    "|territoire de belfort|essonne|hauts de seine|seine saint denis|seine st denis|val de marne|val d oise"
    "|guadeloupe|martinique|guyane|la reunion|reunion|mayotte|saint pierre et miquelon|saint barthelemy"
    "|saint martin|nouvelle caledonie|polynesie francaise|wallis et futuna|";

static const char regions[] =
    "|auvergne rhone alpes|bourgogne franche comte|bretagne|centre val de loire|centre|corse|grand est"
    "|hauts de france|ile de france|normandie|nouvelle aquitaine|occitanie|pays de la loire"
    "|provence alpes cote d azur|paca|guadeloupe|martinique|guyane|la reunion|reunion|mayotte|alsace"
    "|aquitaine|auvergne|basse normandie|haute normandie|bourgogne|champagne ardenne|franche comte"
    "|languedoc roussillon|limousin|lorraine|midi pyrenees|nord pas de calais|picardie|poitou charentes"
    "|rhone alpes|";

static bool is_listed(const char *list, const char *text, size_t length)
{
    /* Room for whatever LONGEST bytes may fold to (32 characters of 4 bytes for each of 3), so that nothing
     * is allocated for a cell. */
    char room[64 * LONGEST];
    struct mg_buf name = {.data = room, .capacity = sizeof room};
    if (length > LONGEST)
        return false;
    mg_buf_add_char(&name, '|');
    mg_text_add_folded(&name, text, length);
    mg_buf_add_char(&name, '|');
    return name.length > 2 && strstr(list, name.data);
}

bool mg_is_departement_name(const char *text, size_t length)
{
    return is_listed(departements, text, length);
}

bool mg_is_region_name(const char *text, size_t length)
{
    return is_listed(regions, text, length);
}
