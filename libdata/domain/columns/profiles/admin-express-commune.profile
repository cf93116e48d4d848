title: ADMIN EXPRESS, communes
producer: IGN
licence: Licence Ouverte 2.0
as: territories
level: commune
has: INSEE_COM, NOM, INSEE_DEP, INSEE_REG
has: INSEE_COM, NOM, STATUT, POPULATION
map: code = INSEE_COM
map: name = NOM
