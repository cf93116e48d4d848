title: France services, structures labellisées
producer: Agence nationale de la cohésion des territoires
licence: Licence Ouverte 2.0
as: services
has: id_fs, lib_fs, insee_com
map: key = id_fs
map: name = lib_fs
map: category = type_fs
map: address = adresse
map: postcode = code_postal
map: commune = insee_com
map: comment = commentaire
map: lat = latitude
map: lon = longitude
