package dev.skein.systemtests.drill;

/** Something that somebody says in a room. */
record ChatLine(String room, String sender, String text) {}
