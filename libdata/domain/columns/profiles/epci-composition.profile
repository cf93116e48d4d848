title: Composition communale des groupements à fiscalité propre
producer: Direction générale des collectivités locales
licence: Licence Ouverte 2.0
as: territories
level: epci
has: siren, raison_sociale, nature_juridique, insee, siren_membre
map: code = siren
map: name = raison_sociale
map: commune = insee
