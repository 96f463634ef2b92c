package dev.skein.client.internal.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.skein.client.admin.EdgeClients;
import dev.skein.client.admin.EdgeGrant;
import dev.skein.client.admin.EdgeOptions;
import dev.skein.client.admin.EdgePayload;
import dev.skein.client.admin.NamespaceChange;
import dev.skein.client.admin.NamespaceSpec;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EdgeValuesTest {

    @Test
    void everyValueComesBackAsItWent() {
        for (EdgeClients clients : EdgeClients.values()) {
            for (EdgeGrant grant : EdgeGrant.values()) {
                for (EdgePayload payload : EdgePayload.values()) {
                    EdgeOptions options = new EdgeOptions(
                            clients, clients, clients, clients, grant, grant, grant, payload, Optional.of(false));
                    assertEquals(options, EdgeValues.options(EdgeValues.options(options)));
                }
            }
        }
    }

    @Test
    void whatIsNotSaidIsNotSent() {
        assertEquals(
                dev.skein.proto.admin.v1.EdgeOptions.getDefaultInstance(), EdgeValues.options(EdgeOptions.defaults()));
        assertFalse(AdminValues.spec(NamespaceSpec.named("chat")).hasEdge());
        assertFalse(AdminValues.change(NamespaceChange.of("chat")).hasEdge());
    }
}
