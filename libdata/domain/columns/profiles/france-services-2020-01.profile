title: France services, premières structures labellisées (janvier 2020)
producer: Agence nationale de la cohésion des territoires
licence: Licence Ouverte 2.0
as: services
has: lib_france_services, type_structure, itinerance, result_citycode
no-key: yes
map: name = lib_france_services
map: category = type_structure
map: address = adresse
map: postcode = code_postal
map: commune = result_citycode
map: lat = lat
map: lon = long
ignore: result_score
