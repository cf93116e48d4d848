title: FINESS, établissements avec leur géolocalisation
producer: Agence du numérique en santé
licence: Licence Ouverte 2.0
as: services
has: nofinesset, rs, categetab, coordxet, coordyet
map: key = nofinesset
map: name = rs
map: category = libcategetab
map: address = voie
map: postcode = ligneacheminement
map: commune = commune
map: opened = dateouv
map: x = coordxet
map: y = coordyet
map: crs = sourcecoordet
ignore: datemaj, datemaj_geo
