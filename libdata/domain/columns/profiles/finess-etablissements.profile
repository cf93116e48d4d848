title: FINESS, extraction des établissements (etalab)
producer: Agence du numérique en santé
licence: Licence Ouverte 2.0
as: services
has: finess, etalab
has: structureet
names: section, nofinesset, nofinessej, rs, rslongue, complrs, compldistrib, numvoie, typvoie, voie, compvoie, lieuditbp, commune, departement, libdepartement, ligneacheminement, telephone, telecopie, categetab, libcategetab, categagretab, libcategagretab, siret, codeape, codemft, libmft, codesph, libsph, dateouv, dateautor, datemaj, numuai
rows: structureet
join: geolocalisation, nofinesset, coordxet, coordyet, sourcecoordet, datemajcoord
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
ignore: datemaj, datemajcoord
