title: Populations légales des communes
producer: Insee
licence: Licence Ouverte 2.0
as: populations
level: commune
has: COM, PMUN, PCAP, PTOT
not: CODCOM
map: code = COM
map: population = PMUN
