package dev.skein.systemtests.cluster;

import java.lang.reflect.Field;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Prints the evidence of every {@link RunningCluster} in a field of the failed test, before it is closed. */
public final class EvidenceOnFailure implements AfterTestExecutionCallback {

    @Override
    public void afterTestExecution(ExtensionContext context) throws IllegalAccessException {
        if (context.getExecutionException().isEmpty()) {
            return;
        }
        for (Field field : context.getRequiredTestClass().getDeclaredFields()) {
            if (field.getType() == RunningCluster.class) {
                field.setAccessible(true);
                print((RunningCluster) field.get(context.getTestInstance().orElse(null)));
            }
        }
    }

    private static void print(RunningCluster cluster) {
        if (cluster != null) {
            System.err.println(cluster.evidence());
        }
    }
}
