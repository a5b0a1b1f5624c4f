import NIOCore
import Testing

@testable import Farm

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (1_787_338_102_123_456_700, "2026-08-21T18:48:22.1234567Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00Z"), (1_000, "1970-01-01T00:00:00.000001Z"),
        (4_102_444_799_999_999_999, "2099-12-31T23:59:59.999999999Z"),
    ])
    func `in UTC, with as many digits as are needed`(nanoseconds: Int64, text: String) {
        var buffer = ByteBuffer()
        buffer.writeUTC(nanoseconds)
        #expect(String(buffer: buffer) == "\"\(text)\"")
    }

    @Test func `in local time and in HTTP's form`() {
        var buffer = ByteBuffer()
        buffer.writeLocal(1_787_338_102_000_000_000)
        Timestamp(unixNanoseconds: 1_787_338_102_000_000_000).writeHTTP(into: &buffer)
        #expect(String(buffer: buffer) == "\"2026-08-21T11:48:22-07:00\"Fri, 21 Aug 2026 18:48:22 GMT")
    }
}
