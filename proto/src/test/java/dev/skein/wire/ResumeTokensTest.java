package dev.skein.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResumeTokensTest {

    private static final ByteString TOKEN = ResumeTokens.encode("cluster-1", "chat:room", 42, 7);

    @Test
    void givesBackWhatWentIn() {
        var content = ResumeTokens.decode(TOKEN).orElseThrow();

        assertEquals("cluster-1", content.getClusterId());
        assertEquals("chat:room", content.getChannel());
        assertEquals(42, content.getPosition().getEpoch());
        assertEquals(7, content.getPosition().getSerial());
    }

    @Test
    void refusesEverySingleFlippedBit() {
        byte[] bytes = TOKEN.toByteArray();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertTrue(ResumeTokens.decode(ByteString.copyFrom(damaged)).isEmpty(), "bit " + bit);
        }
    }

    @Test
    void refusesWhatIsNoToken() {
        assertEquals(Optional.empty(), ResumeTokens.decode(ByteString.copyFromUtf8("not a token")));
    }
}
