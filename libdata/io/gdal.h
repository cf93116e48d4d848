/* gdal.h - the functions of GDAL that are called here (library.h), loaded with the first file that needs
 * them; CSV, which most files are, does not.
 *
 * Whatever leads to GDAL loads it first: mg_ogr_open, a member or the list of an archive. What it may do is
 * in gdal.c: the formats that it reads (ogr_formats.h), the files that it sees (gdal_files.h), the options
 * that it has. Nothing of the environment, of the user's configuration or of a source changes that, and it
 * never asks the network.
 *
 * GDAL sees the file that was named, and nothing else. A file names others: schemas, tables, addresses. So
 * all file systems of GDAL are replaced (libdata/io/gdal_files.h): in its eyes there is a folder with the
 * named file and the parts that its format consists of, to read. Drivers, options and the network are settled
 * in libdata/io/gdal.c, the environment is not asked. SQLite files hold SQL: they are looked at first, and
 * what OGR's connection may do is bounded (sqlite_source.h). Every message of GDAL is an error but those
 * known to cost nothing (gdal_said.c).
 */
#ifndef MG_IO_GDAL_H
#define MG_IO_GDAL_H

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_http.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

#include "libdata/base/library.h"

#define MG_GDAL_FUNCTIONS(DO)                                                                                \
    DO(CPLErrorReset)                                                                                        \
    DO(CPLGetErrorHandlerUserData)                                                                           \
    DO(CPLGetLastErrorType)                                                                                  \
    DO(CPLHTTPSetFetchCallback)                                                                              \
    DO(CPLLoadConfigOptionsFromFile)                                                                         \
    DO(CPLPopErrorHandler)                                                                                   \
    DO(CPLPushErrorHandler)                                                                                  \
    DO(CPLPushErrorHandlerEx)                                                                                \
    DO(CPLQuietErrorHandler)                                                                                 \
    DO(CPLSetConfigOption)                                                                                   \
    DO(CSLAddString)                                                                                         \
    DO(CSLDestroy)                                                                                           \
    DO(CSLFindString)                                                                                        \
    DO(GDALAllRegister)                                                                                      \
    DO(GDALClose)                                                                                            \
    DO(GDALDatasetGetLayer)                                                                                  \
    DO(GDALDatasetGetLayerCount)                                                                             \
    DO(GDALDeregisterDriver)                                                                                 \
    DO(GDALDestroyDriver)                                                                                    \
    DO(GDALGetDatasetDriver)                                                                                 \
    DO(GDALGetDriver)                                                                                        \
    DO(GDALGetDriverCount)                                                                                   \
    DO(GDALGetDriverShortName)                                                                               \
    DO(GDALOpenEx)                                                                                           \
    DO(OGR_FD_GetFieldCount)                                                                                 \
    DO(OGR_FD_GetFieldDefn)                                                                                  \
    DO(OGR_F_Destroy)                                                                                        \
    DO(OGR_F_GetFID)                                                                                         \
    DO(OGR_F_GetFieldAsDateTimeEx)                                                                           \
    DO(OGR_F_GetFieldAsDouble)                                                                               \
    DO(OGR_F_GetFieldAsInteger)                                                                              \
    DO(OGR_F_GetFieldAsInteger64)                                                                            \
    DO(OGR_F_GetFieldAsString)                                                                               \
    DO(OGR_F_GetFieldDefnRef)                                                                                \
    DO(OGR_F_GetGeometryRef)                                                                                 \
    DO(OGR_F_IsFieldSetAndNotNull)                                                                           \
    DO(OGR_Fld_GetNameRef)                                                                                   \
    DO(OGR_Fld_GetSubType)                                                                                   \
    DO(OGR_Fld_GetType)                                                                                      \
    DO(OGR_G_ExportToIsoWkb)                                                                                 \
    DO(OGR_G_WkbSizeEx)                                                                                      \
    DO(OGR_L_GetFeatureCount)                                                                                \
    DO(OGR_L_GetGeomType)                                                                                    \
    DO(OGR_L_GetLayerDefn)                                                                                   \
    DO(OGR_L_GetName)                                                                                        \
    DO(OGR_L_GetNextFeature)                                                                                 \
    DO(OGR_L_GetSpatialRef)                                                                                  \
    DO(OGR_L_ResetReading)                                                                                   \
    DO(OSRAutoIdentifyEPSG)                                                                                  \
    DO(OSRGetAuthorityCode)                                                                                  \
    DO(OSRGetAuthorityName)                                                                                  \
    DO(OSRSetPROJEnableNetwork)                                                                              \
    DO(VSIAllocFilesystemPluginCallbacksStruct)                                                              \
    DO(VSIFCloseL)                                                                                           \
    DO(VSIFOpenL)                                                                                            \
    DO(VSIFReadL)                                                                                            \
    DO(VSIFSeekL)                                                                                            \
    DO(VSIFileFromMemBuffer)                                                                                 \
    DO(VSIFreeFilesystemPluginCallbacksStruct)                                                               \
    DO(VSIGetFileSystemsPrefixes)                                                                            \
    DO(VSIInstallPluginHandler)                                                                              \
    DO(VSIReadDirRecursive)                                                                                  \
    DO(VSIStatL)                                                                                             \
    DO(VSIUnlink)

extern struct mg_gdal {
    MG_GDAL_FUNCTIONS(MG_LIBRARY_POINTER)
} mg_gdal;

/* What datasets are opened with, NULL at the end. */
extern const char *const mg_gdal_open_options[];

/* Any number of times, from any thread. */
enum mg_code mg_gdal_load(struct mg_error *err);

#endif
