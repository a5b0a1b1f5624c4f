import Testing

@testable import Gateway

/// Values that are moved at every step of a request: what makes one larger is paid for each time.
@Suite struct ExchangeSizeTests {
    @Test func `an exchange, an attempt and an action have no more bytes than they had`() {
        // 1,760, its caller's key and class, references to the ledger and to what it has said, the shelf of answers, and when it is
        // looked whether it is late.
        #expect(MemoryLayout<Exchange>.size <= 1_896)
        #expect(MemoryLayout<Attempt>.size <= 289)
        #expect(MemoryLayout<Exchange.Action>.size <= 32)
    }
}
