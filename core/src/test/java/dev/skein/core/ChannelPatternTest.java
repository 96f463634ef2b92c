package dev.skein.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelPatternTest {

    @Test
    void anExactPatternCoversOneChannelOnly() {
        ChannelPattern room = ChannelPattern.parse("chat:room");

        assertTrue(room.covers("chat:room"));
        assertFalse(room.covers("chat:room1"));
        assertFalse(room.covers("chat:roo"));
        assertFalse(room.covers("chat:Room"));
        assertFalse(room.covers("default:room"));
        assertFalse(room.covers("chat:chat:room"));
    }

    @Test
    void aPrefixCoversWhatBeginsWithItAndIsItself() {
        ChannelPattern rooms = ChannelPattern.parse("chat:room.*");

        assertTrue(rooms.covers("chat:room."));
        assertTrue(rooms.covers("chat:room.1"));
        assertTrue(rooms.covers("chat:room./1"));
        assertTrue(rooms.covers("chat:room.*"));
        assertFalse(rooms.covers("chat:room"));
        assertFalse(rooms.covers("chatter:room.1"));
    }

    @Test
    void aWholeNamespaceIsThatOneAndNoneThatBeginsAlike() {
        ChannelPattern all = ChannelPattern.parse("chat:*");

        assertTrue(all.covers("chat:x"));
        assertFalse(all.covers("chat2:x"));
        assertTrue(all.reaches("chat"));
        assertFalse(all.reaches("cha"));
        assertFalse(all.reaches("chat2"));
    }

    @Test
    void theStarAloneCoversEverything() {
        assertTrue(ChannelPattern.parse("*").covers("chat:x"));
        assertTrue(ChannelPattern.parse("*").reaches("chat"));
        assertTrue(ChannelPattern.parse("*").isEvery());
        assertFalse(ChannelPattern.parse("chat:*").isEvery());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "**",
                "*:*",
                "*:room",
                "room",
                ":",
                ":room",
                "chat:",
                "chat:**",
                "chat:a*b",
                "chat:*a",
                "chat:*.x",
                "Chat:room",
                "ch*t:room",
                "chat:ro om",
                "chat:room\n",
                "chat:room/1",
                "chat:..\\x",
                "chat:%2a",
                "chat:ro?m",
                "chat:[a]",
                "chat:\uFF0A",
                "ch\u0430t:room",
                "chat:r\u043Eom",
                "chat\uFF1Aroom",
                "chat:room\u200B*",
                "chat:*\u0000"
            })
    void tricksAreRefused(String trick) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ChannelPattern.parse(trick));
        assertTrue(refused.getMessage().startsWith("channels: \""), refused.getMessage());
        assertTrue(refused.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7f), refused.getMessage());
    }

    @Test
    void aLongNameIsRefusedAndShownShort() {
        String longest = "chat:" + "a".repeat(ChannelName.NAME_BYTES_MAX);
        assertEquals(longest + "*", ChannelPattern.parse(longest + "*").toString());

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ChannelPattern.parse(longest + "a"));
        assertTrue(refused.getMessage().length() < 300, refused.getMessage());
    }
}
