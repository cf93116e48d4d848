title: Liste des gares du réseau ferré national
producer: SNCF Réseau
licence: ODbL 1.0
as: services
has: code_uic, libelle, fret, voyageurs, code_ligne
map: key = code_uic
map: name = libelle
map: lon = x_wgs84
map: lat = y_wgs84
map: lonlat = geo_point_2d | c_geo
