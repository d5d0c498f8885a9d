package dev.cloister.api.wire;

/** Writes the small dialect of XML that AWS's query services answer in. */
final class XmlText {
    private final StringBuilder out = new StringBuilder(512);

    void open(String name) {
        out.append('<').append(name).append('>');
    }

    void open(String name, String namespace) {
        out.append('<').append(name).append(" xmlns=\"");
        escape(namespace);
        out.append("\">");
    }

    /** An element with one attribute of XML Schema's instance namespace, such as xsi:type. */
    void open(String name, String namespace, String attribute, String value) {
        out.append('<').append(name).append(" xmlns:xsi=\"");
        escape(namespace);
        out.append("\" ").append(attribute).append("=\"");
        escape(value);
        out.append("\">");
    }

    void declaration() {
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    }

    void text(String text) {
        escape(text);
    }

    void close(String name) {
        out.append("</").append(name).append('>');
    }

    void element(String name, String text) {
        open(name);
        escape(text);
        close(name);
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\r' -> out.append("&#xD;");
                default -> out.append(isAllowed(c) ? c : '\uFFFD');
            }
        }
    }

    /** XML 1.0 has no way to write other control characters, not even as references. */
    private static boolean isAllowed(char c) {
        return (c >= ' ' && c != '\uFFFE' && c != '\uFFFF') || c == '\n' || c == '\t';
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
