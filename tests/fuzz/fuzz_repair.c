/* Any bytes as UTF-16, in pieces and whole; what they become, and they themselves where they are UTF-8, as
 * text that may be garbled; and their lines as those of a file, which vote for its encoding. */
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/io/encoding.h"
#include "libdata/io/mojibake.h"
#include "libdata/io/utf16.h"
#include "tests/fuzz/fuzz.h"

static bool is_utf8(const struct mg_buf *text)
{
    return mg_text_utf8_prefix(text->data ? text->data : "", text->length) == text->length;
}

static void decode_utf16(enum mg_byte_order order, const uint8_t *data, size_t size, size_t piece,
                         struct mg_buf *out)
{
    struct mg_utf16 state = {order, false, 0, 0};
    for (size_t at = 0; at < size; at += piece) {
        size_t length = size - at < piece ? size - at : piece, room = mg_utf16_room(length);
        CHECK(mg_buf_reserve(out, room));
        size_t written = mg_utf16_decode(&state, data + at, length, out->data + out->length);
        CHECK(written <= room);
        out->length += written;
    }
    CHECK(mg_buf_reserve(out, 6));
    size_t rest = mg_utf16_finish(&state, out->data + out->length);
    CHECK(rest <= 6);
    out->length += rest;
}

/* What is no longer suspect is not repaired; a repair is UTF-8, and no longer than what it repairs. */
static void repair(const char *text, size_t length)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    size_t suspect = mg_mojibake_suspect(text, length);
    CHECK(suspect <= length);
    /* the fast look at 16 bytes at a time and the slow one at each agree */
    for (size_t end = 0; end < length && end <= 24; end++)
        if (mg_text_utf8_prefix(text, end) == end)
            CHECK((mg_mojibake_suspect(text, end) < end) <= (suspect < end + 4));
    bool repaired = mg_mojibake_repair(text, length, &out);
    CHECK(!out.failed && is_utf8(&out));
    CHECK(repaired || out.length == 0);
    CHECK(!repaired || suspect < length);
    CHECK(out.length <= length + length / 2); /* a control of two bytes may become a sign of three */
    if (mg_mojibake_is_lossy(text, length))
        CHECK(suspect < length);
}

static void vote(const char *text, size_t size)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    struct mg_encoding_votes votes = {0};
    for (int round = 0; round < 2; round++)
        for (size_t at = 0; at < size;) {
            const char *end = memchr(text + at, '\n', size - at);
            size_t length = end ? (size_t)(end - text) - at : size - at;
            enum mg_encoding used = MG_ENCODING_FOUND;
            if (round == 0)
                CHECK(mg_encoding_vote(&votes, text + at, length, NULL) == MG_OK);
            else
                CHECK(mg_decode(MG_ENCODING_FOUND, &votes, text + at, length, &out, &used, NULL) == MG_OK);
            CHECK(is_utf8(&out));
            if (round && length < 4096)
                repair(out.data ? out.data : "", out.length);
            at += length + 1;
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    CHECK(size > 0 || mg_utf16_of(text, size) == MG_NOT_UTF16);
    for (enum mg_byte_order order = MG_UTF16_LITTLE; order <= MG_UTF16_BIG; order++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf whole = {0};
        MG_CLEANUP(mg_buf_finish) struct mg_buf pieces = {0};
        decode_utf16(order, data, size, size + 1, &whole);
        decode_utf16(order, data, size, 1 + size % 7, &pieces);
        CHECK(is_utf8(&whole) && whole.length == pieces.length);
        CHECK(!whole.length || !memcmp(whole.data, pieces.data, whole.length));
        if (whole.data)
            repair(whole.data, whole.length);
    }
    mg_utf16_of(text, size);
    vote(text, size);
    repair(text, mg_text_utf8_prefix(text, size));
    return 0;
}
