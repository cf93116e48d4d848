/* Which labels say which meaning, and how plainly (label.h has the grammar of a rule). */
#include "libdata/domain/columns/meaning.h"

/* Words that make a column of whole numbers a column of figures. */
#define FIGURES "population nombre habitant surface superficie taux montant budget effectif total densite"

#define RULES(...) ((const struct mg_label_rule[]){__VA_ARGS__, {NULL, 0}})

static const struct {
    const struct mg_label_rule *rules;
    const char *vetoes;
} labels[MG_MEANING_COUNT] = {
    [MG_MEANING_SIRET] = {RULES({"siret", 1}, {"=sir", 0.9}), NULL},
    [MG_MEANING_SIREN] = {RULES({"siren", 1}), "siret epci"},
    [MG_MEANING_UAI] = {RULES({"uai", 1}, {"rne", 0.9}, {"code|id|numero etablissement", 0.6}),
                        "nom libelle patronyme"},
    [MG_MEANING_FINESS] = {RULES({"finess", 1}, {"=fi", 0.9}, {"=fi ej|et", 0.9}, {"fi*", 0.5}),
                           "fin fiche fichier"},
    [MG_MEANING_RNA] = {RULES({"rna", 1}, {"waldec", 0.9}), NULL},
    [MG_MEANING_UIC] = {RULES({"uic", 1}), NULL},
    [MG_MEANING_EPCI] = {RULES({"siren|code epci", 1}, {"epci", 0.9}, {"=siren", 1}),
                         "nom libelle nature type"},
    [MG_MEANING_IRIS] = {RULES({"code iris", 1}, {"iris", 0.9}), "nom libelle"},
    [MG_MEANING_FANTOIR] = {RULES({"fantoir", 1}, {"rivoli", 1}), "nom libelle"},
    [MG_MEANING_COMMUNE] = {RULES({"code insee", 1}, {"code commune", 1}, {"numero commune", 0.95},
                                  {"code insee commune", 1}, {"insee commune", 1}, {"departement commune", 1},
                                  {"code geo", 0.98}, {"insee", 0.92}, {"ville code", 0.9},
                                  {"code arrondissement municipal", 0.9}, {"cheflieu", 0.85},
                                  {"chef lieu", 0.85}, {"commune", 0.8}, {"=armt", 0.7}, {"comparent", 0.8}),
                            FIGURES " nom libelle region epci postal iris adresse canton type etat"},
    [MG_MEANING_POSTCODE] = {RULES({"code postal", 1}, {"=postal", 0.95}, {"=cpo", 0.85}, {"postal", 0.8}),
                             FIGURES " boite adresse nom libelle bureau"},
    [MG_MEANING_DEPARTEMENT] = {RULES({"code|numero|insee departement", 1}, {"departement", 0.9},
                                      {"ref area", 0.7}),
                                FIGURES " nom libelle"},
    [MG_MEANING_REGION] = {RULES({"code|insee region", 1}, {"region", 0.9}), FIGURES " nom libelle resp"},
    [MG_MEANING_COMMUNE_NAME] = {RULES({"nom|libelle commune", 1}, {"nom|libelle ville", 1},
                                       {"=commune", 0.95}, {"=ville", 0.95}, {"localite", 0.95},
                                       {"ville", 0.85}, {"commune", 0.85}, {"libelle acheminement", 0.8},
                                       {"=acheminement", 0.8}, {"municipality", 0.8}, {"ncc|nccenr", 0.75},
                                       {"libelle|nom geo", 0.8}),
                                 "code insee epci groupe type etat"},
    [MG_MEANING_DEPARTEMENT_NAME] = {RULES({"nom|libelle departement", 1}, {"departement", 0.9}),
                                     "code insee"},
    [MG_MEANING_REGION_NAME] = {RULES({"nom|libelle region", 1}, {"region", 0.9}), "code insee academie"},
    [MG_MEANING_EPCI_NAME] = {RULES({"nom|libelle epci", 1}, {"epci", 0.85}, {"intercommunalite", 0.85}),
                              "code siren type nature"},
    [MG_MEANING_ACTIVITY] = {RULES({"ape", 1}, {"naf", 1}, {"activite", 0.6}), "nom libelle"},
    [MG_MEANING_PHONE] = {RULES({"telephone", 1}, {"fax", 1}, {"mobile|portable", 0.8}), NULL},
    [MG_MEANING_EMAIL] = {RULES({"email", 1}), NULL},
    [MG_MEANING_URL] = {RULES({"url", 1}, {"web", 1}, {"internet", 0.95}, {"website", 1}, {"lien", 0.7}),
                        NULL},
    [MG_MEANING_ADDRESS] =
        {RULES({"adresse", 1}, {"nom|libelle voie", 0.7}, {"=voie", 0.62},
               {"adresse complete|postal|geographique", 0.98}),
         "complement email ip web insee id numero code cle geo score type commune ville lieu"},
    [MG_MEANING_LON] = {RULES({"longitude", 1}, {"x wgs84", 0.92}, {"x longitude", 1}, {"=x", 0.8},
                              {"x", 0.75}),
                        "latitude"},
    [MG_MEANING_LAT] = {RULES({"latitude", 1}, {"y wgs84", 0.92}, {"y latitude", 1}, {"=y", 0.8},
                              {"y", 0.75}),
                        "longitude"},
    [MG_MEANING_LONLAT] = {RULES({"latitude longitude", 1}, {"=latlong", 1}, {"geo point", 0.95},
                                 {"=geo point 2d", 0.97}, {"geopoint", 0.92}, {"coordonnee xy", 0.95},
                                 {"=c geo", 0.85}, {"coordonnee gps|geographique|geo", 0.84},
                                 {"geolocalisation", 0.8}, {"gps", 0.8}, {"=coordonnee", 0.76},
                                 {"=position", 0.7}, {"localisation", 0.6}, {"location", 0.6}),
                           NULL},
    [MG_MEANING_X] = {RULES({"coordonnee x", 1}, {"x lambert*", 1}, {"x l93", 1}, {"=x", 0.92}, {"x", 0.75}),
                      "y"},
    [MG_MEANING_Y] = {RULES({"coordonnee y", 1}, {"y lambert*", 1}, {"y l93", 1}, {"=y", 0.92}, {"y", 0.75}),
                      "x"},
    [MG_MEANING_CRS] = {RULES({"epsg", 1}, {"srid", 0.92}, {"crs", 0.92}, {"systeme coordonnee", 0.9},
                              {"projection", 0.8}),
                        NULL},
    [MG_MEANING_GEOMETRY] = {RULES({"geo shape", 1}, {"geom|geometry|geometrie|wkt|geojson|shape", 1}), NULL},
    [MG_MEANING_DATE] = {RULES({"date", 1}, {"=ouverture", 0.8}, {"=fermeture", 0.8}, {"maj", 0.8}), NULL},
    [MG_MEANING_YEAR] = {RULES({"annee", 1}, {"=an", 1}, {"year", 1}, {"time period", 0.9},
                               {"millesime", 0.95}),
                         NULL},
};

double mg_meaning_label(enum mg_meaning meaning, const struct mg_label *label)
{
    return labels[meaning].rules ? mg_label_best(label, labels[meaning].rules, labels[meaning].vetoes) : 0;
}
