import Dialects
import Testing

@testable import Server
@testable import ServerRig

/// How requests are told apart, in both lanes, without a socket.
@Suite struct FramingTests {
    private static let cases: [(name: String, text: String, log: [String])] = [
        ("a hot request", Wire.chat("{1}"), ["openAIChat", "answer"]),
        ("a hot request without a body", Wire.chat(""), ["openAIChat", "answer"]),
        ("an Ollama request", Wire.post("/api/chat"), ["ollamaChat", "answer"]),
        (
            "a hot request with a query", Wire.post("/v1/embeddings?x=1"),
            ["demote", "openAIEmbeddings", "answer"]
        ),
        (
            "a chunked body",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\n{1\r\n1;x=y\r\n}\r\n0\r\nTrailer: x\r\n\r\n", ["demote", "openAIChat", "answer"]
        ),
        ("a route of the router", Wire.get("/pool"), ["demote", "router: GET /pool", "router: end"]),
        (
            "a body for the router", Wire.post("/pool/x/drain"),
            ["demote", "router: POST /pool/x/drain", "router: 2 bytes", "router: end"]
        ),
        (
            "HTTP/1.0", Wire.post("/v1/completions", version: "1.0"),
            ["demote", "openAICompletions", "last answer"]
        ),
        (
            "connection: close", Wire.chat(headers: "Connection: close\r\n"),
            ["demote", "openAIChat", "last answer"]
        ),
        ("connection: keep-alive", Wire.chat(headers: "Connection: Keep-Alive\r\n"), ["openAIChat", "answer"]),
        (
            "tabs around a coding",
            "POST /v1/chat/completions HTTP/1.1\r\nHost:\tlocalhost\t\r\nTransfer-Encoding:\tchunked\t\r\n\r\n"
                + "4\r\n{\t1}\r\n0\r\n\r\n", ["demote", "openAIChat", "answer"]
        ),
        (
            "tabs around a length, for the full parser",
            "POST /v1/chat/completions/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: \t4\t \r\n\r\n{\t1}",
            ["demote", "openAIChat", "answer"]
        ),
        (
            "tabs around a length",
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length:\t4\t\r\n\r\n{\t1}",
            ["openAIChat", "answer"]
        ),
        (
            "blanks around the other fields",
            Wire.chat(headers: "Connection:\tclose \t\r\nContent-Type: application/json\t\r\n"),
            ["demote", "openAIChat", "last answer"]
        ),
        (
            "blanks around an expectation", Wire.chat("{1}", headers: "Expect:\t100-continue\t\r\n"),
            ["demote", "100", "openAIChat", "answer"]
        ),
        ("bytes that are no HTTP", "\u{16}\u{3}\u{1}\r\n\r\n", ["demote", "400", "last answer"]),
        ("line feeds alone", "POST /v1/chat/completions HTTP/1.1\nHost: x\n\n", ["demote", "400", "last answer"]),
    ]

    @Test(arguments: cases.indices)
    func `each way to write a request is served, in one piece or cut at any byte`(index: Int) {
        let (name, text, log) = Self.cases[index]
        #expect(ConnectionRig().send(text).log == log, "\(name)")
        let bytes = Array(text.utf8)
        for cut in 1..<bytes.count {
            let rig = ConnectionRig()
            rig.send(String(decoding: bytes[..<cut], as: UTF8.self))
            rig.send(String(decoding: bytes[cut...], as: UTF8.self))
            // The router gets a body in the pieces in which it came.
            let pieces = ["router: 2 bytes", "router: 1 bytes"]
            #expect(
                rig.log.filter { !pieces.contains($0) } == log.filter { !pieces.contains($0) }, "\(name), cut at \(cut)"
            )
            #expect(rig.bodies.joined() == ConnectionRig().send(text).bodies.joined(), "\(name), cut at \(cut)")
        }
    }

    @Test func `hot and cold requests byte by byte keep their bodies`() {
        let rig = ConnectionRig()
        for byte in (Wire.chat("{1}") + Wire.get("/pool")).utf8 { rig.send(String(decoding: [byte], as: UTF8.self)) }
        rig.routerAnswers()
        for byte in Wire.chat("{2}").utf8 { rig.send(String(decoding: [byte], as: UTF8.self)) }
        #expect(rig.bodies == ["{1}", "{2}"])
        #expect(
            rig.log == [
                "openAIChat", "answer", "demote", "router: GET /pool", "router: end", "head", "end", "openAIChat",
                "answer",
            ])
    }

    @Test func `a tab in a body stays, and one in a request line makes it none`() {
        let rig = ConnectionRig()
        let chunked = "Host: localhost\r\nTransfer-Encoding: chunked\t\r\n\r\n4\r\n{\t1}\r\n0\r\n\r\n"
        rig.send("\r\nPOST /v1/chat/completions HTTP/1.1\r\n" + chunked)
        rig.send("POST /v1/chat/completions HTTP/1.1\r\n" + chunked)
        #expect(rig.bodies == ["{\t1}", "{\t1}"])
        #expect(ConnectionRig().send("POST\t/v1/chat/completions HTTP/1.1\r\n" + chunked).log.contains("400"))
    }

    @Test func `a body whose head ended with the request before it keeps its tabs`() {
        let head = "POST /v1/chat/completions/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
        let body = "{\n\t1:\t2,\n\t3: HTTP/1.1\n\t}"
        let rig = ConnectionRig()
        rig.send(head + "2\r\n\r\n{")
        rig.send("}" + head + "\(body.utf8.count)\r\n")
        rig.send("\r\n" + body)
        rig.send("\r\n" + head + "\t2\t\r\n\r\n{}")
        #expect(rig.bodies == ["{}", body, "{}"], "\(rig.bodies)")
    }

    @Test func `a length with blanks around it is held to the limit before its body comes`() {
        let rig = ConnectionRig()
        rig.send("POST /v1/chat/completions/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001 \t\r\n\r\n")
        #expect(rig.log.contains("413"))
    }

    @Test(arguments: [
        ("both framings", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("both framings, the other way round", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        ("two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}{}"),
        ("the same length twice", "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        ("two lengths in one", "Content-Length: 2, 2\r\n\r\n{}"),
        ("a signed length", "Content-Length: +2\r\n\r\n{}"),
        ("a negative length", "Content-Length: -2\r\n\r\n{}"),
        ("a hexadecimal length", "Content-Length: 0x2\r\n\r\n{}"),
        ("a length without digits", "Content-Length: \r\n\r\n{}"),
        ("a length past all numbers", "Content-Length: 99999999999999999999\r\n\r\n{}"),
        ("a space before the colon", "Content-Length : 2\r\n\r\n{}"),
        ("a folded line", "Content-Length: 2\r\n folded\r\n\r\n{}"),
        ("a line without a colon", "Content-Length\r\n\r\n{}"),
        ("NUL in a value", "A: a\0b\r\nContent-Length: 2\r\n\r\n{}"),
        ("chunked, but not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        ("a chunk without a length", "Transfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n"),
        ("a chunk longer than it says", "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"),
    ])
    func `ambiguous framing is refused, and what follows is no request`(name: String, rest: String) {
        for path in ["/v1/chat/completions", "/pool/x/drain"] {
            let smuggled = Wire.chat("{smuggled}")
            let rig = ConnectionRig(.holds)
            rig.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\n" + rest + smuggled)
            #expect(rig.log.suffix(2) == ["400", "last answer"], "\(name) on \(path): \(rig.log)")
            #expect(rig.bodies.isEmpty, "\(name) on \(path)")
            let before = rig.log
            rig.send(smuggled)
            #expect(rig.log == before, "nothing is read behind the error")
        }
    }

    @Test(arguments: ["Host: evil.example\r\n", "HOST: localhost\r\n"])
    func `two hosts are refused in either lane, after the answers before them`(line: String) {
        for request in [Wire.chat(headers: line), Wire.get("/pool", headers: line)] {
            #expect(ConnectionRig().send(request).log == ["demote", "400", "last answer"])
            let rig = ConnectionRig().send(Wire.get("/pool") + request)
            #expect(rig.news() == ["demote", "router: GET /pool", "router: end"])
            rig.routerAnswers()
            #expect(rig.log == ["head", "end", "400", "last answer"])
        }
    }

    @Test(arguments: [
        ("no host", "", "Content-Length: 2\r\n\r\n{}", "400"),
        ("a host that is none", "Host: local host\r\n", "Content-Length: 2\r\n\r\n{}", "400"),
        ("a user before the host", "Host: me@localhost\r\n", "Content-Length: 2\r\n\r\n{}", "400"),
        ("a name behind the port", "Host: localhost:80@evil.example\r\n", "Content-Length: 2\r\n\r\n{}", "400"),
        ("a path behind the host", "Host: localhost/x\r\n", "Content-Length: 2\r\n\r\n{}", "400"),
        ("a coding before chunked", "Host: localhost\r\n", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "501"),
        (
            "a coding in a field of its own", "Host: localhost\r\n",
            "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "501"
        ),
        ("chunked twice", "Host: localhost\r\n", "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "400"),
        ("a chunk over the limit", "Host: localhost\r\n", "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", "413"),
        (
            "a chunk past all numbers", "Host: localhost\r\n", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff",
            "413"
        ),
        (
            "chunks that are over the limit together", "Host: localhost\r\n",
            "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n3e7\r\n", "413"
        ),
    ])
    func `what RFC 9112 has refused is refused on every path, wherever the bytes are cut`(
        name: String, host: String, rest: String, status: String
    ) {
        for path in ["/v1/chat/completions", "/pool/x/drain"] {
            let text = "POST \(path) HTTP/1.1\r\n\(host)\(rest)"
            let bytes = Array(text.utf8)
            for cut in 1..<bytes.count {
                let rig = ConnectionRig()
                rig.send(Array(bytes[..<cut]))
                rig.send(Array(bytes[cut...]))
                rig.send(Wire.chat("{smuggled}"))
                // The router's own request that had begun gets no answer beside its own.
                #expect(
                    rig.log.last == "last answer" && rig.log.contains(status), "\(name), \(path) at \(cut): \(rig.log)")
                #expect(!rig.bodies.contains("{smuggled}"))
            }
        }
    }

    @Test(arguments: [
        "POST  /v1/chat/completions HTTP/1.1", "POST /v1/chat/completions  HTTP/1.1", "GET  /pool HTTP/1.1",
    ])
    func `two spaces in a request line are 400, behind an answer too`(line: String) {
        let request = line + "\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
        #expect(ConnectionRig().send(request).log == ["demote", "400", "last answer"])
        let rig = ConnectionRig().send(Wire.get("/pool") + request)
        #expect(rig.news() == ["demote", "router: GET /pool", "router: end"])
        rig.routerAnswers()
        #expect(rig.log == ["head", "end", "400", "last answer"])
    }

    @Test func `HTTP 1.0 needs no host, and knows no coding`() {
        let old = Wire.post("/v1/completions", version: "1.0", host: nil)
        #expect(ConnectionRig().send(old).log == ["demote", "openAICompletions", "last answer"])
        let chunked = "POST /pool/x/drain HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        #expect(ConnectionRig().send(chunked).log == ["demote", "400", "last answer"])
    }

    @Test func `extensions, zeros and trailers of a chunked body are bounded, and a few are nothing`() {
        let head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        let much = String(repeating: "0", count: 20_000)
        for body in ["\(much)2\r\n{}\r\n0\r\n\r\n", "2;a=\(much)\r\n{}\r\n0\r\n\r\n", "0\r\nA: \(much)\r\n\r\n"] {
            let rig = ConnectionRig(limits: ServerLimits.roomy)
            rig.send(head + body)
            #expect(rig.log.last == "last answer" && rig.log.contains("400"), "\(body.prefix(10)): \(rig.log)")
        }
        let fine = ConnectionRig(.atOnce, limits: ServerLimits.roomy)
        fine.send(head + "0002;a=b;c=\"d\"\r\n{}\r\n000;x\r\nA: b\r\n\r\n" + Wire.chat("{2}"))
        #expect(fine.bodies == ["{}", "{2}"])
    }

    @Test(arguments: [
        ("http://localhost:4000/v1/chat/completions", ["openAIChat", "answer"]),
        ("HTTPS://LOCALHOST/v1/chat/completions?x=1", ["openAIChat", "answer"]),
        ("http://localhost/api/chat", ["ollamaChat", "answer"]),
        ("http://evil.example/v1/chat/completions", ["403", "answer"]),
        ("http://x@localhost/v1/chat/completions", ["400", "last answer"]),
        ("http://localhost/pool/x/drain", ["router: POST /pool/x/drain", "router: 2 bytes", "router: end"]),
        ("http://localhost?x", ["router: POST /?x", "router: 2 bytes", "router: end"]),
        ("http://localhost", ["router: POST /", "router: 2 bytes", "router: end"]),
        (
            "httpx://localhost/v1/chat/completions",
            ["router: POST httpx://localhost/v1/chat/completions", "router: 2 bytes", "router: end"]
        ),
    ])
    func `a whole URL is taken for its path, and its host in place of the header`(target: String, log: [String]) {
        #expect(ConnectionRig().send(Wire.post(target)).log == ["demote"] + log)
    }

    @Test func `a client that expects 100-continue is invited, and one that may not call is not`() {
        let text = Wire.chat("{1}", headers: "Expect: 100-continue\r\n")
        let rig = ConnectionRig()
        rig.send(String(text.dropLast(3)))
        #expect(rig.news() == ["demote", "100"])
        rig.send("{1}")
        #expect(rig.news() == ["openAIChat", "answer"])
        let stranger = ConnectionRig(key: "sk-master")
        stranger.send(String(text.dropLast(3)))
        #expect(stranger.log == ["demote", "401", "last answer"])
        let routed = ConnectionRig()
        routed.send(Wire.post("/pool/x/drain", headers: "Expect: 100-continue\r\n"))
        #expect(routed.log == ["demote", "100", "router: POST /pool/x/drain", "router: 2 bytes", "router: end"])
    }

    @Test func `the body of a refused client is not read, and its connection ends`() {
        let whole = Wire.chat(String(repeating: "x", count: 100))
        let rig = ConnectionRig(key: "sk-master")
        rig.send(String(whole.dropLast(50)))
        #expect(rig.log == ["401", "last answer"])
        let kept = ConnectionRig(key: "sk-master")
        kept.send(whole + Wire.chat(headers: "Authorization: Bearer sk-master\r\n"))
        #expect(kept.log == ["401", "answer", "openAIChat", "answer"])
    }
}
