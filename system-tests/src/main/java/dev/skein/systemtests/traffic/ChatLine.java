package dev.skein.systemtests.traffic;

/** Something that somebody says in a room. */
public record ChatLine(String room, String sender, String text) {}
