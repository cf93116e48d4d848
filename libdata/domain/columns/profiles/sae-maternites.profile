title: Statistique annuelle des établissements de santé, périnatalité
producer: DREES
licence: Licence Ouverte 2.0
as: services
has: bor, an, fi, rs, fi_ej, accun
map: key = fi
map: name = rs
map: category = autor
