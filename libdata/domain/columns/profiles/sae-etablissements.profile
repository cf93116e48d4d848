title: Statistique annuelle des établissements de santé, identification
producer: DREES
licence: Licence Ouverte 2.0
as: services
has: bor, an, fi, rs, fi_ej, cat, cominsee
map: key = fi
map: name = rs
map: category = cat
map: address = nomvoi
map: postcode = cpo
map: commune = cominsee
