title: Base permanente des équipements, nombre d'équipements par type et territoire
producer: Insee
licence: Licence Ouverte 2.0
as: counts
has: REF_AREA, TYPEQU, NB_EQPMT
has: CODGEO, TYPEQU, NB_EQUIP
has: DEPCOM, TYPEQU, NB_EQUIP
map: code = REF_AREA | CODGEO | DEPCOM
map: category = TYPEQU
map: score = NB_EQPMT | NB_EQUIP
