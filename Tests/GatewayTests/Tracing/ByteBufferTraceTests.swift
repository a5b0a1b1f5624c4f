import NIOCore
import Testing

@testable import Gateway

@Suite struct ByteBufferTraceTests {
    @Test func `a place in a trace goes behind the request line, whatever stands before and after`() {
        let place = TraceContext(high: 0x0af7_6519_16cd_43dd, low: 1, span: 0xb7ad_6b71_6920_3331, isSampled: true)
        var wire = ByteBuffer(string: "xxPOST /api/chat HTTP/1.1\r\nhost: a\r\n\r\n{\"a\":\n1}")
        wire.moveReaderIndex(forwardBy: 2)
        wire.insert(place)
        #expect(
            String(buffer: wire)
                == "POST /api/chat HTTP/1.1\r\ntraceparent: \(place.traceparent)\r\nhost: a\r\n\r\n{\"a\":\n1}")
    }
}
