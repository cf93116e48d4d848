/* Which labels say which role, and how plainly. Labels are folded: "Code_INSEE" is "code insee". One that
 * ends with "*" is the beginning of a longer label. */
#include <string.h>

#include "libdata/domain/role_rules.h"

struct label {
    const char *text;
    double weight;
};

static const struct label key[] = {{"identifiant du site", 1},
                                   {"identifiant de l etablissement", 1},
                                   {"id equipement", 1},
                                   {"code etablissement", 1},
                                   {"code uic", 1},
                                   {"numero uai", 1},
                                   {"code uai", 1},
                                   {"uai", 0.98},
                                   {"numero finess", 1},
                                   {"nofinesset", 1},
                                   {"finess et", 1},
                                   {"finess", 0.97},
                                   {"siret", 0.95},
                                   {"key", 0.95},
                                   {"cle", 0.95},
                                   {"identifiant", 0.94},
                                   {"id", 0.92},
                                   {"fi", 0.9},
                                   {"matricule", 0.8},
                                   {"identifiant*", 0.72},
                                   {"id *", 0.7},
                                   {"numero", 0.6},
                                   {"code", 0.55},
                                   {NULL, 0}};
static const struct label name[] = {{"libelle du site", 1},
                                    {"nom etablissement", 1},
                                    {"nom de l etablissement", 1},
                                    {"appellation officielle", 1},
                                    {"nom", 0.96},
                                    {"name", 0.96},
                                    {"lib fs", 0.95},
                                    {"lib france services", 0.95},
                                    {"nom usuel", 0.92},
                                    {"libelle", 0.9},
                                    {"raison sociale", 0.9},
                                    {"denomination", 0.86},
                                    {"intitule", 0.85},
                                    {"designation", 0.8},
                                    {"denomination principale", 0.78},
                                    {"enseigne", 0.7},
                                    {"rs", 0.7},
                                    {"titre", 0.6},
                                    {NULL, 0}};
static const struct label category[] = {{"caracteristique du site", 1},
                                        {"type etablissement", 1},
                                        {"type d etablissement", 1},
                                        {"typequ", 1},
                                        {"type equipement", 1},
                                        {"type d equipement", 1},
                                        {"categorie", 0.95},
                                        {"category", 0.95},
                                        {"type", 0.9},
                                        {"type de service", 0.9},
                                        {"nature", 0.84},
                                        {"type structure", 0.82},
                                        {"type fs", 0.8},
                                        {"cat", 0.8},
                                        {"libelle nature", 0.76},
                                        {"categorie*", 0.66},
                                        {"type *", 0.6},
                                        {NULL, 0}};
static const struct label address[] = {{"adresse", 1},
                                       {"adresse 1", 0.96},
                                       {"address", 0.96},
                                       {"adresse complete", 0.9},
                                       {"adresse postale", 0.9},
                                       {"adresse*", 0.7},
                                       {"voie", 0.6},
                                       {"nomvoi", 0.6},
                                       {NULL, 0}};
static const struct label postcode[] = {
    {"code postal", 1}, {"codepostal", 1}, {"postcode", 0.96},        {"cp", 0.9}, {"cpo", 0.8},
    {"zip code", 0.7},  {"zip", 0.7},      {"result postcode", 0.62}, {NULL, 0}};
static const struct label commune[] = {{"code insee", 1},
                                       {"code commune", 1},
                                       {"code insee commune", 1},
                                       {"code commune insee", 1},
                                       {"depcom", 0.99},
                                       {"inseecom", 0.99},
                                       {"insee com", 0.98},
                                       {"cominsee", 0.98},
                                       {"codeinsee", 0.98},
                                       {"code insee de la commune", 0.98},
                                       {"insee commune", 0.96},
                                       {"codgeo", 0.92},
                                       {"insee", 0.9},
                                       {"citycode", 0.85},
                                       {"commune insee", 0.85},
                                       {"code com", 0.82},
                                       {"com", 0.8},
                                       {"result citycode", 0.76},
                                       {"commune", 0.74},
                                       {NULL, 0}};
static const struct label status[] = {{"etat etablissement", 0.96},
                                      {"etat du site", 0.96},
                                      {"etat", 0.9},
                                      {"statut", 0.88},
                                      {"status", 0.88},
                                      {"situation", 0.6},
                                      {NULL, 0}};
static const struct label opened[] = {
    {"date ouverture", 1},  {"date d ouverture", 1}, {"opened", 0.95},    {"date de creation", 0.8},
    {"date creation", 0.8}, {"ouverture", 0.7},      {"date debut", 0.7}, {NULL, 0}};
static const struct label closed[] = {
    {"date fermeture", 1}, {"date de fermeture", 1}, {"closed", 0.95}, {"date de cloture", 0.8},
    {"fermeture", 0.7},    {"date fin", 0.7},        {NULL, 0}};
static const struct label precision[] = {{"precision du geocodage", 1},
                                         {"precision localisation", 0.96},
                                         {"qualite xy", 0.95},
                                         {"qualite geocodage", 0.92},
                                         {"qualite d appariement", 0.9},
                                         {"precision", 0.8},
                                         {NULL, 0}};
static const struct label lon[] = {{"longitude", 1}, {"lon", 0.96},       {"lng", 0.95}, {"long", 0.92},
                                   {"x wgs84", 0.9}, {"longitude*", 0.7}, {NULL, 0}};
static const struct label lat[] = {
    {"latitude", 1}, {"lat", 0.96}, {"y wgs84", 0.9}, {"latitude*", 0.7}, {NULL, 0}};
static const struct label lonlat[] = {{"latlong", 1},
                                      {"lonlat", 1},
                                      {"lat long", 0.97},
                                      {"lat lon", 0.97},
                                      {"geo point 2d", 0.95},
                                      {"geo point", 0.92},
                                      {"geopoint", 0.92},
                                      {"c geo", 0.85},
                                      {"coordonnees gps", 0.84},
                                      {"coordonnees geographiques", 0.82},
                                      {"geolocalisation", 0.8},
                                      {"coordonnees", 0.76},
                                      {"position", 0.7},
                                      {NULL, 0}};
static const struct label x[] = {{"lambert x", 1},      {"coordonnee x", 1}, {"x lambert 93", 0.98},
                                 {"x lambert93", 0.98}, {"x l93", 0.97},     {"coord x", 0.95},
                                 {"coordx", 0.95},      {"x", 0.9},          {NULL, 0}};
static const struct label y[] = {{"lambert y", 1},      {"coordonnee y", 1}, {"y lambert 93", 0.98},
                                 {"y lambert93", 0.98}, {"y l93", 0.97},     {"coord y", 0.95},
                                 {"coordy", 0.95},      {"y", 0.9},          {NULL, 0}};
static const struct label crs[] = {
    {"epsg", 1},         {"code epsg", 1}, {"srid", 0.92}, {"crs", 0.92}, {"systeme de coordonnees", 0.9},
    {"projection", 0.8}, {NULL, 0}};
static const struct label code[] = {
    {"code", 1}, {"codgeo", 0.95}, {"ref area", 0.9}, {"code*", 0.7}, {NULL, 0}};
static const struct label population[] = {{"population municipale", 1}, {"pmun", 1},
                                          {"population", 0.9},          {"pop", 0.8},
                                          {"population*", 0.7},         {NULL, 0}};
static const struct label date[] = {{"date", 1},        {"date de reponse", 0.95}, {"date reponse", 0.95},
                                    {"date eff", 0.95}, {"date effet", 0.95},      {"date*", 0.7},
                                    {NULL, 0}};
static const struct label score[] = {
    {"score", 1}, {"note", 0.9}, {"satisfaction", 0.9}, {"nombre", 0.8}, {"nb", 0.8}, {"n", 0.7}, {NULL, 0}};
static const struct label comment[] = {{"commentaire", 1},    {"comment", 1},    {"verbatim", 0.95},
                                       {"commentaires", 0.9}, {"remarque", 0.8}, {NULL, 0}};
static const struct label service[] = {{"service", 1},
                                       {"identifiant du service", 0.95},
                                       {"service id", 0.95},
                                       {"id service", 0.95},
                                       {"identifiant service", 0.95},
                                       {"site", 0.7},
                                       {NULL, 0}};
static const struct label weight[] = {{"poids", 1}, {"weight", 1}, {"ponderation", 0.95}, {NULL, 0}};
static const struct label group[] = {{"groupe", 1},       {"group", 1},     {"ministere", 0.95},
                                     {"ministry", 0.95},  {"porteur", 0.8}, {"administration", 0.7},
                                     {"ministere*", 0.7}, {NULL, 0}};
static const struct label kind[] = {{"kind", 1},
                                    {"nature du projet", 1},
                                    {"type de projet", 1},
                                    {"operation", 0.8},
                                    {"nature de l operation", 1},
                                    {"type d operation", 1},
                                    {"nature", 0.75},
                                    {"projet", 0.7},
                                    {NULL, 0}};
static const struct label expected[] = {
    {"date prevue", 1},     {"expected", 1},   {"date previsionnelle", 0.95},
    {"date prevue*", 0.95}, {"echeance", 0.9}, {"echeance*", 0.8},
    {"calendrier", 0.7},    {"date*", 0.5},    {NULL, 0}};
static const struct label dataset[] = {{"dataset", 1}, {"jeu de donnees", 1}, {"jeu", 0.9}, {NULL, 0}};

static const struct label *const labels[MG_ROLE_COUNT] = {
    [MG_ROLE_KEY] = key,
    [MG_ROLE_NAME] = name,
    [MG_ROLE_CATEGORY] = category,
    [MG_ROLE_ADDRESS] = address,
    [MG_ROLE_POSTCODE] = postcode,
    [MG_ROLE_COMMUNE] = commune,
    [MG_ROLE_STATUS] = status,
    [MG_ROLE_OPENED] = opened,
    [MG_ROLE_CLOSED] = closed,
    [MG_ROLE_PRECISION] = precision,
    [MG_ROLE_LON] = lon,
    [MG_ROLE_LAT] = lat,
    [MG_ROLE_LONLAT] = lonlat,
    [MG_ROLE_X] = x,
    [MG_ROLE_Y] = y,
    [MG_ROLE_CRS] = crs,
    [MG_ROLE_CODE] = code,
    [MG_ROLE_POPULATION] = population,
    [MG_ROLE_DATE] = date,
    [MG_ROLE_SCORE] = score,
    [MG_ROLE_COMMENT] = comment,
    [MG_ROLE_SERVICE] = service,
    [MG_ROLE_WEIGHT] = weight,
    [MG_ROLE_GROUP] = group,
    [MG_ROLE_KIND] = kind,
    [MG_ROLE_EXPECTED] = expected,
    [MG_ROLE_DATASET] = dataset,
};

double mg_role_label_weight(enum mg_role role, const char *folded)
{
    for (const struct label *label = labels[role]; label->text; label++) {
        size_t length = strlen(label->text);
        bool prefix = label->text[length - 1] == '*';
        if (prefix ? strncmp(folded, label->text, length - 1) == 0 : strcmp(folded, label->text) == 0)
            return label->weight;
    }
    return 0;
}
