package dev.skein.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Prints either JSON lines or tables with aligned columns. Thread-safe: a line is never cut by another. */
final class Output {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GAP = "  ";

    private final PrintWriter out;
    private final boolean json;

    Output(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    boolean json() {
        return json;
    }

    /** Prints the value as JSON, or else the text. */
    void print(Map<String, ?> value, String text) {
        line(json ? write(value) : text);
    }

    /** Prints the value as JSON, or else the table. */
    void print(Map<String, ?> value, Table table) {
        if (json) {
            line(write(value));
        } else {
            table.lines().forEach(this::line);
        }
    }

    void line(String text) {
        synchronized (out) {
            out.println(text);
            out.flush();
        }
    }

    private static String write(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException notPlain) {
            throw new IllegalStateException("not printable as JSON: " + value, notPlain);
        }
    }

    /** Rows under headings; numbers are right-aligned. */
    static final class Table {

        private final List<List<String>> rows = new ArrayList<>();

        Table(String... headings) {
            rows.add(List.of(headings));
        }

        Table row(Object... cells) {
            rows.add(Arrays.stream(cells).map(String::valueOf).toList());
            return this;
        }

        List<String> lines() {
            int columns = rows.get(0).size();
            int[] widths = new int[columns];
            for (List<String> row : rows) {
                for (int i = 0; i < columns; i++) {
                    widths[i] = Math.max(widths[i], row.get(i).length());
                }
            }
            return rows.stream().map(row -> line(row, widths)).toList();
        }

        private String line(List<String> row, int[] widths) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                String fill = " ".repeat(widths[i] - cell.length());
                line.append(i == 0 ? "" : GAP).append(numeric(i) ? fill + cell : cell + fill);
            }
            return line.toString().stripTrailing();
        }

        private boolean numeric(int column) {
            return rows.size() > 1
                    && rows.stream().skip(1).allMatch(row -> row.get(column).matches("[-0-9.]+"));
        }
    }
}
