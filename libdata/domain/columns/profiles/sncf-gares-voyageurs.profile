title: Gares de voyageurs
producer: SNCF Gares & Connexions
licence: ODbL 1.0
as: services
has: Nom, Trigramme, Position géographique
has: Nom_Gare, Trigramme, Code_UIC
map: key = Trigramme
map: name = Nom | Nom_Gare
map: commune = Code commune
map: lonlat = Position géographique
