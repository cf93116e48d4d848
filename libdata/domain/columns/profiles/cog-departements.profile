title: Code officiel géographique, départements
producer: Insee
licence: Licence Ouverte 2.0
as: territories
level: departement
has: DEP, REG, CHEFLIEU, NCC, LIBELLE
not: ARR, COM
map: code = DEP
map: name = LIBELLE
