import Balancer
import Testing

/// Bodies that are packed, on routes that run no model.
@Suite(.timeLimit(.minutes(1)), .serialized) struct PackedBodyScenarioTests {
    /// `{"model":"llama3","messages":[]}`, packed by Python's gzip module.
    private static let gzip: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0xcd, 0x4f, 0x49, 0xcd, 0x51,
        0xb2, 0x52, 0xca, 0xc9, 0x49, 0xcc, 0x4d, 0x34, 0x56, 0xd2, 0x51, 0xca, 0x4d, 0x2d, 0x2e, 0x4e, 0x4c, 0x4f,
        0x2d, 0x56, 0xb2, 0x8a, 0x8e, 0xad, 0x05, 0x00, 0x6e, 0xd1, 0xf9, 0x63, 0x20, 0x00, 0x00, 0x00,
    ]

    @Test func `a packed body is read on every route, and one that is none is refused`() async throws {
        let pool = try await FarmedGateway.start(boxes: 1, key: "sk-master-1")
        func ask(_ path: String, _ coding: String, _ body: [UInt8]) async throws -> RawConnection.Message {
            let client = try await pool.gateway.connect()
            let head =
                "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sk-master-1\r\n"
                + "Content-Encoding: \(coding)\r\nContent-Length: \(body.count)\r\n\r\n"
            try await client.send(Array(head.utf8) + body)
            let answer = try await client.message()
            await client.close()
            return answer
        }
        for path in ["/api/show", "/v1/messages/count_tokens", "/key/generate", "/api/copy"] {
            let answer = try await ask(path, "gzip", Self.gzip)
            // Each has read it: what it does not like in it is its own matter.
            #expect(!answer.body.contains("JSON") && !answer.body.contains("content-encoding"), "\(path): \(answer)")
            let broken = try await ask(path, "gzip", Array("{}".utf8))
            #expect(broken.status == 400 && broken.body.contains("content-encoding"), "\(path): \(broken)")
            let unknown = try await ask(path, "br", Self.gzip)
            #expect(unknown.status == 400 && unknown.body.contains("`br`"), "\(path): \(unknown)")
        }
        #expect(try await ask("/api/show", "gzip", Self.gzip).status == 200)
        try await pool.stop()
    }
}
