/* daff.h - what differs between two editions as a table that is itself a table of the dataset:
 * the Coopy highlighter diff format (version 0.8, dataprotocols.org/tabular-diff-format), which daff and
 * others read.
 *
 * The first column says what happened to a row: "->" (or a longer arrow, where that one stands in a cell of
 * the row) changed, its cells that differ written OLD->NEW; "---" gone; "+++" new; "+" nothing but new
 * columns; "..." rows that are the same are left out. The header is the row "@@"; before it, if columns came
 * or went, the row "!" says which ("+++", "---"). Cells are as the source writes them; a cell that says NULL
 * gets an underscore in front, as the format asks. Rows come in the order of events; where a column holds one
 * value all through an edition, and another one in the other (a year), or came with one, no row is the same:
 * then those that differ in nothing else come last, in the order of their lines, which are all in memory.
 *
 * A column that an import did not compare makes no row differ; rows that differ otherwise, went or came have
 * it. What the edition says there of a row that an earlier one brought is not kept: that cell is empty. The
 * public does not get such a column: it would tell which rows those are.
 */
#ifndef MG_HISTORY_DAFF_H
#define MG_HISTORY_DAFF_H

#include "libdata/domain/common/access.h"
#include "libdata/domain/history/history.h"

/* As CSV to fd, which is borrowed. For the public of a history of what is open only. Only columns that the
 * audience may see: where it may see no more of a column than what was understood (a typed column), that.
 * MG_ERR_USAGE: a dataset that it may not see. */
enum mg_code mg_history_highlight(struct mg_history *history, enum mg_audience audience, int fd,
                                  struct mg_error *err);

#endif
