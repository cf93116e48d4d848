title: Annuaire de l'éducation
producer: Ministère de l'Éducation nationale
licence: Licence Ouverte 2.0
as: services
has: Identifiant_de_l_etablissement, Nom_etablissement, Type_etablissement, Statut_public_prive
map: key = Identifiant_de_l_etablissement
map: name = Nom_etablissement
map: category = Type_etablissement
map: address = Adresse_1
map: postcode = Code postal
map: commune = Code_commune
map: status = etat
map: opened = date_ouverture
map: precision = precision_localisation
map: lat = latitude
map: lon = longitude
ignore: date_maj_ligne
