title: La Poste, points de contact
producer: La Poste
licence: ODbL 1.0
as: services
has: Libellé_du_site, Caractéristique_du_site, Localité, Code_INSEE
map: key = Identifiant_du_site | Identifiant_A
map: name = Libellé_du_site
map: category = Caractéristique_du_site
map: address = Adresse
map: postcode = Code_postal
map: commune = Code_INSEE
map: precision = Précision_du_géocodage
map: lat = Latitude
map: lon = Longitude
