/* Which labels say which role, and how plainly (label.h has the grammar of a rule). Roles whose cells have a
 * meaning of their own (a commune's code, a longitude) are known by that meaning's labels. */
#include <string.h>

#include "libdata/domain/columns/role_rules.h"

#define RULES(...) ((const struct mg_label_rule[]){__VA_ARGS__, {NULL, 0}})

/* Words that make a column about something else than the thing of the row. */
#define OTHER_PLACES                                                                                         \
    "commune ville departement region epci academie canton arrondissement circonscription pays country zone"
#define OTHER_PARTIES                                                                                        \
    "gestionnaire gestion amenageur operateur proprietaire exploitant responsable directeur president"       \
    " groupe mere parent rattachement siege juridique ej ministere tutelle producteur porteur maire prenom " \
    "pdl"
#define OTHER_THINGS                                                                                         \
    "voie rue ligne troncon reseau contrat fichier domaine discipline activite domaine bassin parcelle"

static const struct {
    const struct mg_label_rule *rules;
    const char *vetoes;
} labels[MG_ROLE_COUNT] = {
    [MG_ROLE_KEY] =
        {RULES({"id site|etablissement|equipement|structure|service|gare|point|station|lieu", 1},
               {"code|numero etablissement|site|structure|station|equipement", 0.98}, {"=key", 0.96},
               {"numero|code|id uai|finess|uic", 1}, {"uai|finess|uic", 1}, {"siret", 0.92}, {"rna", 0.93},
               {"=cle", 0.96}, {"id", 0.94}, {"id externe|unique|national", 0.94}, {"matricule", 0.82},
               {"ref|reference", 0.75}, {"=slug", 0.7}, {"uuid|guid", 0.8}, {"=numero", 0.62},
               {"=code", 0.66}, {"code", 0.62}),
         OTHER_PLACES
         " " OTHER_PARTIES " " OTHER_THINGS
         " adresse ban postal insee iris nature type categorie secteur interop osm fid objectid idgaia"
         " nom libelle annee year date uai2 contact"},
    [MG_ROLE_NAME] = {RULES({"nom|libelle site|etablissement|structure|service|gare|equipement", 1},
                            {"appellation officielle", 1}, {"=nom", 0.98}, {"nom", 0.96},
                            {"nom usuel|officiel", 0.98}, {"raison sociale", 0.92}, {"libelle", 0.9},
                            {"appellation", 0.88}, {"denomination", 0.86}, {"intitule", 0.85},
                            {"designation", 0.8}, {"denomination principale", 0.78}, {"=rs", 0.85},
                            {"=toponyme", 0.8}, {"enseigne", 0.72},
                            {"=service|unite|structure|etablissement|station|site|musee|gare|ecole|lycee|"
                             "agence|bureau|tribunal|hopital",
                             0.7},
                            {"titre|title", 0.65}),
                      OTHER_PLACES " " OTHER_PARTIES " " OTHER_THINGS
                                   " type categorie nature statut etat code contact numero fax telephone "
                                   "niveau secteur mode departement"
                                   " id format jour horaire dirigeant usage geographique acheminement geo"},
    [MG_ROLE_CATEGORY] = {RULES({"caracteristique site", 1},
                                {"type etablissement|equipement|structure|service|site|fs|lieu", 1},
                                {"categorie", 0.96}, {"categorie etablissement|equipement", 1},
                                {"=type", 0.96}, {"nature", 0.84}, {"=typequ", 1}, {"type", 0.82},
                                {"libelle nature|categorie|type", 0.78}, {"=amenity", 0.8}, {"=famille", 0.7},
                                {"typologie", 0.8}),
                          OTHER_PLACES " " OTHER_PARTIES " " OTHER_THINGS
                                       " adresse date prise connecteur geo etat statut agregat agreg"},
    [MG_ROLE_STATUS] = {RULES({"etat site|etablissement|administratif|activite|objet", 0.98}, {"etat", 0.92},
                              {"=etat", 0.94}, {"statut", 0.88}, {"=situation", 0.62}),
                        OTHER_PLACES " " OTHER_PARTIES
                                     " public prive secteur saisie social code civil juridique sectoriel"
                                     " pdc dossier psph espic"},
    [MG_ROLE_OPENED] = {RULES({"date ouverture", 1}, {"date ouverture etablissement", 1}, {"=opened", 0.95},
                              {"date mise service", 0.9}, {"date creation", 0.8}, {"=ouverture", 0.72},
                              {"=ouvert|ouverte", 0.72}, {"ouvert|ouverte depuis", 0.9},
                              {"mise service", 0.85}, {"=cree|creee", 0.7}, {"date debut", 0.72},
                              {"date labellisation", 0.6}),
                        "donnee fiche ligne maj heure horaire jour"},
    [MG_ROLE_CLOSED] = {RULES({"date fermeture", 1}, {"=closed", 0.95}, {"date cloture", 0.8},
                              {"date cessation|dissolution", 0.85}, {"=fermeture", 0.72},
                              {"=ferme|fermee", 0.72}, {"ferme|fermee depuis", 0.9}, {"date fin", 0.72}),
                        "donnee fiche ligne maj heure horaire jour exceptionnelle"},
    [MG_ROLE_PRECISION] = {RULES({"precision geocodage", 1}, {"precision localisation", 0.96},
                                 {"qualite xy", 0.95}, {"qualite geocodage|geolocalisation", 0.92},
                                 {"qualite appariement", 0.9}, {"precision", 0.8}, {"result type", 0.6}),
                           NULL},
    [MG_ROLE_CODE] = {RULES({"=code", 1}, {"code geo", 0.98}, {"ref area", 0.92}, {"code commune|insee", 0.9},
                            {"code", 0.7}, {"=insee", 0.7}),
                      "nom libelle postal"},
    [MG_ROLE_POPULATION] = {RULES({"population municipale", 1}, {"=pmun", 1}, {"population", 0.9}), NULL},
    [MG_ROLE_DATE] = {RULES({"=date", 1}, {"date reponse", 0.96}, {"date eff|effet", 0.95}, {"date", 0.8}),
                      NULL},
    [MG_ROLE_SCORE] = {RULES({"score", 1}, {"note", 0.9}, {"satisfaction", 0.9}, {"=nombre", 0.82},
                             {"=n", 0.7}, {"=nombre equipement|eqpmt|equip", 0.85}),
                       NULL},
    [MG_ROLE_COMMENT] = {RULES({"commentaire", 1}, {"comment", 1}, {"verbatim", 0.95}, {"remarque", 0.8},
                               {"observation", 0.8}),
                         NULL},
    [MG_ROLE_SERVICE] = {RULES({"=service", 1}, {"id service", 0.95}, {"service", 0.8}, {"=site", 0.7}),
                         NULL},
    [MG_ROLE_WEIGHT] = {RULES({"poids", 1}, {"weight", 1}, {"ponderation", 0.95}), NULL},
    [MG_ROLE_GROUP] = {RULES({"=groupe|group", 1}, {"ministere|ministry", 0.95}, {"porteur", 0.8},
                             {"administration", 0.7}),
                       NULL},
    [MG_ROLE_KIND] = {RULES({"=kind", 1}, {"nature|type projet", 1}, {"operation", 0.8},
                            {"nature|type operation", 1}, {"nature", 0.75}, {"projet", 0.7}),
                      "date juridique"},
    [MG_ROLE_EXPECTED] = {RULES({"date prevue|previsionnelle", 1}, {"expected", 1}, {"echeance", 0.9},
                                {"calendrier", 0.7}, {"date", 0.6}),
                          NULL},
    [MG_ROLE_DATASET] = {RULES({"=dataset", 1}, {"jeu donnee", 1}, {"=jeu", 0.9}), NULL},
};

/* What of a meaning makes a column another's: the commune of whoever runs the service, of its parent. */
#define NOT_ITS_OWN OTHER_PARTIES " av ap ancien ancienne diff cheflieu chef comparent armt"

enum mg_meaning mg_role_meaning(enum mg_role role)
{
    switch (role) {
    case MG_ROLE_ADDRESS:
        return MG_MEANING_ADDRESS;
    case MG_ROLE_POSTCODE:
        return MG_MEANING_POSTCODE;
    case MG_ROLE_COMMUNE:
        return MG_MEANING_COMMUNE;
    case MG_ROLE_LON:
        return MG_MEANING_LON;
    case MG_ROLE_LAT:
        return MG_MEANING_LAT;
    case MG_ROLE_LONLAT:
        return MG_MEANING_LONLAT;
    case MG_ROLE_X:
        return MG_MEANING_X;
    case MG_ROLE_Y:
        return MG_MEANING_Y;
    case MG_ROLE_CRS:
        return MG_MEANING_CRS;
    default:
        return MG_MEANING_NONE;
    }
}

/* Identifiers that stay when a service is renamed or moves, the best first. */
static double key_of_meaning(enum mg_meaning meaning, const struct mg_label *label)
{
    if (mg_label_has(label, labels[MG_ROLE_KEY].vetoes))
        return 0;
    switch (meaning) {
    case MG_MEANING_UAI:
    case MG_MEANING_FINESS:
    case MG_MEANING_UIC:
        return 1;
    case MG_MEANING_RNA:
        return 0.93;
    case MG_MEANING_SIRET:
        return 0.92;
    default:
        return 0;
    }
}

double mg_role_label_weight(enum mg_role role, const struct mg_label *label, enum mg_meaning meaning)
{
    enum mg_meaning own = mg_role_meaning(role);
    if (own)
        return mg_label_has(label, NOT_ITS_OWN) ? 0 : mg_meaning_label(own, label);
    double weight = mg_label_best(label, labels[role].rules, labels[role].vetoes);
    double other = role == MG_ROLE_KEY ? key_of_meaning(meaning, label) : 0;
    return other > weight ? other : weight;
}
