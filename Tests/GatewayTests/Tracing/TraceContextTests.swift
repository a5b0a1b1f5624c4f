import Testing

@testable import Gateway

@Suite struct TraceContextTests {
    private static let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func read(_ text: String) -> TraceContext? {
        Array(text.utf8).withUnsafeBytes { TraceContext(traceparent: $0) }
    }

    @Test func `a caller's place is read and written`() throws {
        let place = try #require(read(Self.good))
        #expect(
            place
                == TraceContext(
                    high: 0x0af7_6519_16cd_43dd, low: 0x8448_eb21_1c80_319c, span: 0xb7ad_6b71_6920_3331,
                    isSampled: true))
        #expect(place.traceparent == Self.good)
        #expect(place.trace == "0af7651916cd43dd8448eb211c80319c")
    }

    @Test func `of the flags only the lowest bit says whether it is kept`() {
        #expect(read("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")?.isSampled == false)
        #expect(read("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02")?.isSampled == false)
        #expect(read("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff")?.isSampled == true)
    }

    @Test func `zeros in front of an id are written`() {
        let place = TraceContext(high: 0, low: 1, span: 2, isSampled: false)
        #expect(place.traceparent == "00-00000000000000000000000000000001-0000000000000002-00")
        #expect(read(place.traceparent) == place)
    }

    @Test(arguments: [
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-be-like",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
    ])
    func `a later version is read as far as this one goes`(text: String) {
        #expect(read(text) == read(Self.good))
    }

    @Test(arguments: [
        "", "00", good + "-", good + "-extra", String(good.dropLast()), good + "0", good.uppercased(),
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0.",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-001",
    ])
    func `whatever breaks the rules is no place`(text: String) {
        #expect(read(text) == nil)
    }
}
