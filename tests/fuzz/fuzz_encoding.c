/* Any bytes as a line of text. What comes out is UTF-8, the ASCII in it stands as it stood, and what was
 * UTF-8 already is not touched. */
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/io/encoding.h"
#include "tests/fuzz/fuzz.h"

static size_t count_ascii(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += (unsigned char)text[i] < 0x80;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum mg_encoding forced[] = {MG_ENCODING_FOUND,       MG_ENCODING_CP1252,
                                              MG_ENCODING_ISO_8859_15, MG_ENCODING_MACINTOSH,
                                              MG_ENCODING_CP850,       MG_ENCODING_LATIN1};
    const char *text = (const char *)data;
    for (size_t i = 0; i < sizeof forced / sizeof *forced; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
        enum mg_encoding used = MG_ENCODING_FOUND;
        CHECK(mg_decode(forced[i], NULL, text, size, &out, &used, NULL) == MG_OK);
        CHECK(used != MG_ENCODING_FOUND && used != MG_ENCODING_UTF_8);
        CHECK(mg_text_utf8_prefix(out.data, out.length) == out.length);
        CHECK(count_ascii(text, size) == count_ascii(out.data, out.length));
        if (!forced[i] && mg_text_utf8_prefix(text, size) == size)
            CHECK(out.length == size && memcmp(out.data, text, size) == 0);
    }
    return 0;
}
