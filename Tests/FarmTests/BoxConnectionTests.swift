import Testing

@testable import Farm

@Suite(.timeLimit(.minutes(1))) struct BoxConnectionTests {
    @Test func `pipelined requests are answered in order`() async throws {
        try await withBox { farm, client in
            let one =
                "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(wholeChat.utf8.count)\r\n\r\n\(wholeChat)"
            let two = "GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n"
            try await client.send(String(repeating: one + two, count: 50))
            for _ in 0..<50 {
                let first = try await client.response()
                #expect(first.json["done"] == .bool(true))
                let second = try await client.response()
                #expect(second.json["version"] != nil)
            }
            #expect(await farm.stats(box: 0).completed == 50)
        }
    }

    @Test func `a body in chunks is taken, and one that is announced with expect`() async throws {
        try await withBox { _, client in
            try await client.send("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            let (left, right) = (wholeChat.prefix(20), wholeChat.dropFirst(20))
            for part in [left, right] {
                try await client.send("\(String(part.utf8.count, radix: 16))\r\n\(part)\r\n")
            }
            try await client.send("0\r\n\r\n")
            let answer = try await client.response()
            #expect(answer.head.status == 200)
            try await client.send(
                "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                    + "Content-Length: \(wholeChat.utf8.count)\r\n\r\n")
            let go = try await client.head()
            #expect(go.status == 100)
            try await client.send(wholeChat)
            let second = try await client.response()
            #expect(second.head.status == 200)
        }
    }

    @Test func `closes when asked to, after the whole answer`() async throws {
        try await withBox { _, client in
            let answer = try await client.ask("POST", "/api/chat", chat, headers: "Connection: close\r\n")
            #expect(answer.head.headers["connection"] == "close")
            #expect(answer.body.objects.count == 11)
            let end = try await client.end()
            #expect(end == .closed)
        }
    }

    @Test func `a long answer is whole before the connection closes`() async throws {
        try await withBox { _, client in
            // An error that repeats what was sent, more than a socket takes at once.
            let long = String(repeating: "x", count: 3_000_000)
            let answer = try await client.ask(
                "POST", "/api/chat", #"{"model":"plain","keep_alive":"\#(long)"}"#, headers: "Connection: close\r\n")
            #expect(answer.head.status == 400)
            #expect(answer.body.utf8.count > 3_000_000)
            let end = try await client.end()
            #expect(end == .closed)
        }
    }

    @Test func `what is not HTTP is refused and closed`() async throws {
        try await withBox { _, client in
            try await client.send("hello\r\n\r\n")
            let head = try await client.head()
            #expect(head.status == 400)
            let text = try await client.text(15)
            #expect(text == "400 Bad Request")
            let end = try await client.end()
            #expect(end == .closed)
        }
    }
}
