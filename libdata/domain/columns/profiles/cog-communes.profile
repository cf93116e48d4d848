title: Code officiel géographique, communes
producer: Insee
licence: Licence Ouverte 2.0
as: territories
level: commune
has: TYPECOM, COM, NCC, NCCENR, LIBELLE
map: code = COM
map: name = LIBELLE
map: kind = TYPECOM
