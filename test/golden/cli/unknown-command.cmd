statsu
