package dev.skein.systemtests;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md. */
class ArchitectureTest {

    private static JavaClasses skein;

    @BeforeAll
    static void readClasses() {
        skein = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.skein");
        assertTrue(skein.contain("dev.skein.server.SkeinServer"));
        assertTrue(skein.contain("dev.skein.replication.host.ReplicationNode"));
        assertTrue(skein.contain("dev.skein.client.SkeinClient"));
    }

    @Test
    void jraftStaysInItsTwoPackages() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.skein.replication.raft..", "dev.skein.replication.link..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.alipay.sofa.jraft..")
                .check(skein);
    }

    @Test
    void rocksDbStaysInItsPackage() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.skein.replication.store..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(skein);
    }

    @Test
    void replicationAndRoutingNeverSeeEachOther() {
        noClasses()
                .that()
                .resideInAPackage("dev.skein.replication..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.skein.router..")
                .check(skein);
        noClasses()
                .that()
                .resideInAPackage("dev.skein.router..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.skein.replication..")
                .check(skein);
    }

    @Test
    void theCoreKnowsOnlyTheJdk() {
        classes()
                .that()
                .resideInAPackage("dev.skein.core..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.skein.core..", "java..", "javax.net.ssl..", "org.jspecify.annotations..")
                .check(skein);
    }

    @Test
    void deterministicStateKnowsNoConsensusTransportOrDisk() {
        noClasses()
                .that()
                .resideInAPackage("dev.skein.replication.shard..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.alipay..", "org.rocksdb..", "io.grpc..", "dev.skein.replication.raft..")
                .check(skein);
    }

    @Test
    void theClientDependsOnTheWireOnly() {
        noClasses()
                .that()
                .resideInAPackage("dev.skein.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.skein.core..", "dev.skein.replication..", "dev.skein.router..", "dev.skein.server..")
                .check(skein);
    }

    @Test
    void theClientsPublicSignaturesShowNoForeignType() {
        DescribedPredicate<JavaClass> foreign = resideInAPackage("com.google.protobuf..")
                .or(resideInAPackage("io.grpc.."))
                .or(resideInAPackage("dev.skein.proto.."))
                .or(resideInAPackage("dev.skein.client.internal.."));
        noMethods()
                .that()
                .arePublic()
                .and()
                .areDeclaredInClassesThat(resideInAPackage("dev.skein.client").and(isPublic()))
                .should()
                .haveRawReturnType(foreign)
                .orShould()
                .haveRawParameterTypes(hasAny(foreign))
                .check(skein);
    }

    @Test
    void readsAreNeverLeased() {
        noClasses()
                .should()
                .accessField("com.alipay.sofa.jraft.option.ReadOnlyOption", "ReadOnlyLeaseBased")
                .check(skein);
    }

    private static DescribedPredicate<JavaClass> isPublic() {
        return new DescribedPredicate<>("public") {
            @Override
            public boolean test(JavaClass type) {
                return type.getModifiers().contains(com.tngtech.archunit.core.domain.JavaModifier.PUBLIC);
            }
        };
    }

    private static DescribedPredicate<java.util.List<JavaClass>> hasAny(DescribedPredicate<JavaClass> predicate) {
        return new DescribedPredicate<>("any " + predicate.getDescription()) {
            @Override
            public boolean test(java.util.List<JavaClass> types) {
                return types.stream().anyMatch(predicate);
            }
        };
    }
}
