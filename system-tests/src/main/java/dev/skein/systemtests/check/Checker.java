package dev.skein.systemtests.check;

/** Holds a run against one promise. */
@FunctionalInterface
interface Checker {

    Verdict check(Ledger ledger);
}
