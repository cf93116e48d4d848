title: Statistique annuelle des établissements de santé, autres bordereaux
producer: DREES
licence: Licence Ouverte 2.0
as: services
has: bor, an, fi, rs
map: key = fi
map: name = rs
