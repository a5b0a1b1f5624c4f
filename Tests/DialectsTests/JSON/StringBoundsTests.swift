import Dialects
import Testing

@Suite struct StringBoundsTests {
    @Test func `a beginning is no longer than its bytes, and ends behind a whole character`() {
        #expect("llama".upTo(bytes: 5) == "llama")
        #expect("llama".upTo(bytes: 3) == "lla")
        #expect("aé".upTo(bytes: 2) == "a")
        #expect("é".upTo(bytes: 1) == "")
        #expect("🦙🦙".upTo(bytes: 7) == "🦙")
    }
}
