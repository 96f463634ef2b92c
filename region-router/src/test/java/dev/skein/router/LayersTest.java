package dev.skein.router;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayersTest {

    private static final JavaClasses classes = ours();

    private static JavaClasses ours() {
        // The rules look at names only: the libraries behind them needn't be read.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.skein.router");
    }

    @Test
    void decisionsKnowNoTransport() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.skein.router.detect", "dev.skein.router.gossip", "dev.skein.router.routes")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.netty..", "dev.skein.router")
                .check(classes);
    }

    @Test
    void detectionKnowsNeitherGossipNorRoutes() {
        noClasses()
                .that()
                .resideInAPackage("dev.skein.router.detect")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.skein.router.gossip", "dev.skein.router.routes", "dev.skein.proto..")
                .check(classes);
    }

    @Test
    void gossipKnowsNoRoutes() {
        noClasses()
                .that()
                .resideInAPackage("dev.skein.router.gossip")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.skein.router.routes")
                .check(classes);
    }
}
