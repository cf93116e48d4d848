title: Statistique annuelle des établissements de santé, urgences
producer: DREES
licence: Licence Ouverte 2.0
as: services
has: bor, an, fi, rs, fi_ej, autsu
map: key = fi
map: name = rs
