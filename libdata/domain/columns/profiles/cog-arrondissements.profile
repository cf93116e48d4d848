title: Code officiel géographique, arrondissements
producer: Insee
licence: Licence Ouverte 2.0
as: territories
level: arrondissement
has: ARR, DEP, CHEFLIEU, NCC, LIBELLE
map: code = ARR
map: name = LIBELLE
