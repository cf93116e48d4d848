#include "libdata/io/gdal.h"

struct mg_gdal mg_gdal;
