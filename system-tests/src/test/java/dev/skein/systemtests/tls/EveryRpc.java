package dev.skein.systemtests.tls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Every RPC there is: of all generated services, and of gRPC's own that nodes serve. */
final class EveryRpc {

    private EveryRpc() {}

    static List<MethodDescriptor<?, ?>> list() throws ReflectiveOperationException {
        List<ServiceDescriptor> services = new ArrayList<>();
        for (JavaClass generated : new ClassFileImporter().importPackages("dev.skein.proto")) {
            if (generated.getSimpleName().endsWith("Grpc") && generated.isTopLevelClass()) {
                services.add((ServiceDescriptor) Class.forName(generated.getName())
                        .getMethod("getServiceDescriptor")
                        .invoke(null));
            }
        }
        assertTrue(services.size() >= 7, services::toString);
        services.add(HealthGrpc.getServiceDescriptor());
        services.add(ServerReflectionGrpc.getServiceDescriptor());
        return services.stream()
                .flatMap(service -> service.getMethods().stream())
                .sorted(Comparator.comparing(MethodDescriptor::getFullMethodName))
                .<MethodDescriptor<?, ?>>map(method -> method)
                .toList();
    }
}
