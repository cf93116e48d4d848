title: ADMIN EXPRESS, départements
producer: IGN
licence: Licence Ouverte 2.0
as: territories
level: departement
has: INSEE_DEP, NOM, INSEE_REG
not: INSEE_COM, INSEE_ARR
map: code = INSEE_DEP
map: name = NOM
