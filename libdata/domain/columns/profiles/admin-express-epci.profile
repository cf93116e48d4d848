title: ADMIN EXPRESS, groupements de communes
producer: IGN
licence: Licence Ouverte 2.0
as: territories
level: epci
has: CODE_SIREN, NOM, NATURE
has: SIREN_EPCI, NOM, NATURE
not: INSEE_COM
map: code = CODE_SIREN | SIREN_EPCI
map: name = NOM
