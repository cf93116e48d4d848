title: France services, structures labellisées (2020)
producer: Agence nationale de la cohésion des territoires
licence: Licence Ouverte 2.0
as: services
has: MATRICULE, lib_france_services, FORMAT_FS, insee_com
map: key = MATRICULE
map: name = lib_france_services
map: category = categorie
map: address = ADRESSE
map: postcode = code_postal
map: commune = insee_com
map: lat = LATITUDE
map: lon = LONGITUDE
