package dev.skein.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What applications compile against shows nothing of the wire, the transport or the inside. */
class PublicApiTest {

    private static final Pattern FOREIGN =
            Pattern.compile("com\\.google|io\\.grpc|io\\.netty|dev\\.skein\\.(proto|wire|client\\.internal)");

    @Test
    void showsNoProtobufNoGrpcAndNothingInternal() throws Exception {
        List<Class<?>> api = publicClasses();
        assertTrue(api.size() > 30, api::toString);
        List<String> leaks = new ArrayList<>();
        for (Class<?> type : api) {
            signatures(type).filter(text -> FOREIGN.matcher(text).find()).forEach(leaks::add);
        }
        assertEquals(List.of(), leaks);
    }

    private static Stream<String> signatures(Class<?> type) {
        Stream<Type> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> visible(method.getModifiers()))
                .flatMap(PublicApiTest::types);
        Stream<Type> constructors = Arrays.stream(type.getDeclaredConstructors())
                .filter(constructor -> visible(constructor.getModifiers()))
                .flatMap((Constructor<?> constructor) -> Arrays.stream(constructor.getGenericParameterTypes()));
        return Stream.concat(methods, constructors).map(each -> type.getSimpleName() + ": " + each.getTypeName());
    }

    private static Stream<Type> types(Method method) {
        return Stream.concat(
                Stream.of(method.getGenericReturnType()), Arrays.stream(method.getGenericParameterTypes()));
    }

    private static boolean visible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static List<Class<?>> publicClasses() throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(SkeinClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> classes = new ArrayList<>();
        for (String part : List.of("dev/skein/client", "dev/skein/client/admin")) {
            try (Stream<Path> files = Files.list(root.resolve(part))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".class")).toList()) {
                    String name = root.relativize(file)
                            .toString()
                            .replace(".class", "")
                            .replace('/', '.');
                    Class<?> type = Class.forName(name);
                    if (Modifier.isPublic(type.getModifiers())) {
                        classes.add(type);
                    }
                }
            }
        }
        return classes;
    }
}
