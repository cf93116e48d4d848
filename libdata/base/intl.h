/* intl.h - messages in the user's language. The source is English; the catalogue's domain is "maillage". */
#ifndef MG_BASE_INTL_H
#define MG_BASE_INTL_H

#ifdef MG_NLS
#include <libintl.h>
#define _(text)                 dgettext("maillage", text)
#define ngettext_(one, many, n) dngettext("maillage", one, many, (unsigned long)(n))
#else
#define _(text)                 (text)
#define ngettext_(one, many, n) ((n) == 1 ? (one) : (many))
#endif
#define N_(text) (text) /* marked here, translated where it is shown */

#endif
