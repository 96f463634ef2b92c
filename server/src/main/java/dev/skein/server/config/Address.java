package dev.skein.server.config;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code host:port} or {@code [v6]:port}. */
public final class Address {

    /** Port 0 stands for a free one. */
    static final String EXPECTED = "host:port with a port from 0 to 65535";

    static final String REACHABLE = "host:port with a port from 1 to 65535";

    private static final Pattern VALID = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):(\\d{1,5})");

    private Address() {}

    /** Whether the text is an address. */
    static boolean isValid(String text) {
        Matcher matcher = VALID.matcher(text);
        return matcher.matches() && Integer.parseInt(matcher.group(2)) <= 65_535;
    }

    /** Whether others can be told the address. */
    static boolean isReachable(String text) {
        return isValid(text) && port(text) != 0;
    }

    /** The socket address of a valid text. */
    public static InetSocketAddress socket(String address) {
        return new InetSocketAddress(host(address), port(address));
    }

    /** The host of a valid text, without brackets. */
    public static String host(String address) {
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The port of a valid text. */
    public static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** The same host with another port. */
    public static String withPort(String address, int port) {
        return address.substring(0, address.lastIndexOf(':') + 1) + port;
    }
}
