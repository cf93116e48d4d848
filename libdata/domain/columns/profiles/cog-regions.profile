title: Code officiel géographique, régions
producer: Insee
licence: Licence Ouverte 2.0
as: territories
level: region
has: REG, CHEFLIEU, NCC, LIBELLE
not: DEP, COM
map: code = REG
map: name = LIBELLE
