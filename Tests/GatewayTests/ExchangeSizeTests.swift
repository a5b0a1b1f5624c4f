import Testing

@testable import Gateway

/// Values that are moved at every step of a request: what makes one larger is paid for each time.
@Suite struct ExchangeSizeTests {
    @Test func `an exchange, an attempt and an action have no more bytes than they had`() {
        // 1,760, its caller's key and class, references to the ledger and to what it has said, and the shelf of answers.
        #expect(MemoryLayout<Exchange>.size <= 1_856)
        #expect(MemoryLayout<Attempt>.size <= 265)
        #expect(MemoryLayout<Exchange.Action>.size <= 32)
    }
}
