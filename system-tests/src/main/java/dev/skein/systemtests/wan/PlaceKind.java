package dev.skein.systemtests.wan;

/** What stands at a place. */
public enum PlaceKind {
    /** A server; goes down with its region and zone. */
    NODE,
    /** A router process; goes down with its region. */
    ROUTER,
    /** Clients of a region: as far away as the region's nodes, but outside of its outages. */
    CLIENT
}
