title: Populations légales, communes et collectivités
producer: Insee
licence: Licence Ouverte 2.0
as: populations
level: commune
has: CODCOM, PMUN, PCAP, PTOT
map: code = CODCOM
map: population = PMUN
