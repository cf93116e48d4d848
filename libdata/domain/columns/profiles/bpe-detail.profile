title: Base permanente des équipements, équipements géolocalisés
producer: Insee
licence: Licence Ouverte 2.0
as: services
has: TYPEQU, DEPCOM, LAMBERT_X, LAMBERT_Y
map: key = ID_EQUIPEMENT
map: name = NOMRS
map: category = TYPEQU
map: commune = DEPCOM
map: lon = LONGITUDE
map: lat = LATITUDE
map: x = LAMBERT_X
map: y = LAMBERT_Y
map: precision = QUALITE_XY | QUALI_XY
