import Dialects
import NIOHTTP1
import Testing

@testable import Server
@testable import ServerRig

/// What is too large or too slow, in both lanes, and in whose shape it is refused.
@Suite struct LimitTests {
    /// A connection that was demoted and is idle again.
    private func demoted() -> ConnectionRig {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool"))
        rig.routerAnswers()
        _ = rig.news()
        return rig
    }

    private static let long = "X-Long: \(String(repeating: "a", count: 600))\r\n"

    @Test func `a head over the limit is 431, whole or not, in either lane`() {
        for text in [Wire.chat(headers: Self.long), String(Wire.chat(headers: Self.long).prefix(600))] {
            let rig = ConnectionRig().send(text)
            #expect(rig.log == ["431", "last answer"])
            #expect(rig.refusals[0].contains("\"headers_too_large\""))
        }
        let rig = demoted()
        rig.send(Wire.get("/pool", headers: Self.long))
        #expect(rig.log == ["431", "last answer"])
    }

    @Test func `a head may have as many bytes as the limit says`() {
        let bare = Wire.chat("", headers: "X: \r\n").utf8.count
        let fitting = Wire.chat("", headers: "X: \(String(repeating: "a", count: 512 - bare))\r\n")
        #expect(ConnectionRig().send(fitting).log == ["openAIChat", "answer"])
        #expect(ConnectionRig().send("POST" + fitting.dropFirst(4).replacing("X: ", with: "X: a")).log.first == "431")
    }

    @Test func `a body over the limit is 413 before it is read`() {
        for headers in ["", "Expect: 100-continue\r\n"] {
            for path in ["/v1/chat/completions", "/pool/x/drain"] {
                let rig = ConnectionRig()
                rig.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)Content-Length: 1001\r\n\r\n")
                #expect(rig.log.suffix(2) == ["413", "last answer"], "\(headers) \(path)")
            }
        }
        let chunked = ConnectionRig()
        chunked.send(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3e9\r\n\(String(repeating: "x", count: 1001))\r\n0\r\n\r\n" + Wire.chat())
        #expect(chunked.log == ["demote", "413", "last answer"])
        #expect(ConnectionRig().send(Wire.chat(String(repeating: "x", count: 1000))).log == ["openAIChat", "answer"])
    }

    @Test func `a body that is too large waits for the answer before it`() {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool") + "POST /pool/x/drain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n")
        #expect(rig.news() == ["demote", "router: GET /pool", "router: end"])
        rig.routerAnswers()
        #expect(rig.log == ["head", "end", "413", "last answer"])
    }

    @Test(arguments: [
        ("POST /api/chat HTTP/1.1\r\nHost: x\r\n", Front.ollamaChat), ("POST /api/", .ollamaChat),
        ("POST /api?", .ollamaChat), ("POST /api", .openAIChat), ("POST /apis/", .openAIChat), ("PO", .openAIChat),
        ("POST ", .openAIChat), ("POST /v1/chat/completions HTTP/1.1\r\n", .openAIChat),
        ("GET /api/tags HTTP/1.1\r\n", .ollamaChat), ("GET //api/tags HTTP/1.1\r\n", .ollamaChat),
        ("GET /", .openAIChat),
    ])
    func `a slow head is refused in the shape of its path, as soon as that is known`(text: String, front: Front) {
        let shape =
            front == .ollamaChat ? "{\"error\":\"the request head" : "{\"error\":{\"message\":\"the request head"
        for rig in [ConnectionRig(), demoted()] {
            for byte in text.utf8 { rig.send(String(decoding: [byte], as: UTF8.self)) }
            rig.wait(10)
            _ = rig.news()
            rig.wait(1)
            #expect(rig.log == ["408", "last answer"], "\(text)")
            #expect(rig.refusals.last?.contains(shape) == true, "\(text): \(rig.refusals)")
        }
    }

    @Test func `a head that is too large is refused in the shape of its path`() {
        for rig in [ConnectionRig(), demoted()] {
            rig.send("POST /api/chat HTTP/1.1\r\n" + Self.long)
            #expect(rig.log == ["431", "last answer"])
            #expect(rig.refusals.last?.contains("{\"error\":\"the request head is") == true, "\(rig.refusals)")
        }
    }

    @Test func `a body that is broken is refused in the shape of its own path`() {
        let rig = ConnectionRig()
        rig.send("POST /api/chat HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")
        #expect(rig.log == ["demote", "400", "last answer"])
        #expect(rig.refusals[0].contains("{\"error\":\"this is not valid"))
    }

    @Test func `a slow body is 408, with the request's own id`() {
        let rig = ConnectionRig()
        rig.send(String(Wire.chat("{123}", headers: "x-litellm-call-id: mine\r\n").dropLast(2)))
        rig.wait(30)
        #expect(rig.log == [])
        rig.wait(1)
        #expect(rig.log == ["408", "last answer"])
        #expect(rig.refusals[0].contains("x-litellm-call-id: mine\r\n"))
        let second = demoted()
        second.send(String(Wire.chat("{123}").dropLast(2)))
        second.wait(31)
        #expect(second.log == ["408", "last answer"])
    }

    @Test func `a slow body for the router is 408 too, but where its route has begun to answer it closes`() {
        let rig = ConnectionRig()
        rig.send(String(Wire.post("/pool/x/drain", "{123}").dropLast(2)))
        _ = rig.news()
        rig.wait(31)
        #expect(rig.news() == ["408", "last answer"])
        // The route finds nobody to answer.
        rig.routerAnswers()
        #expect(rig.log == ["drop", "drop"])
        for parts in [1, 2] {
            let answered = ConnectionRig()
            answered.send(String(Wire.post("/pool/x/drain", "{123}").dropLast(2)))
            answered.routerWrites(.head(.init(version: .http1_1, status: .ok)))
            if parts == 2 { answered.routerWrites(.end(nil)) }
            _ = answered.news()
            answered.wait(31)
            #expect(answered.log == ["close"])
        }
    }

    @Test func `a second body that finds no room is read no further, and refused behind the first answer`() {
        let rig = ConnectionRig()
        let start = "POST /pool/y/drain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n123"
        rig.send(Wire.post("/pool/x/drain") + start)
        rig.overload()
        _ = rig.news()
        #expect(!rig.wantsRead())
        rig.send("456")
        rig.overload()
        #expect(rig.news() == [])
        rig.routerAnswers()
        #expect(rig.log == ["head", "end", "503", "last answer"])
    }

    @Test func `an idle connection is closed in time, and the time begins with the answer`() {
        for rig in [ConnectionRig(), demoted()] {
            rig.wait(60)
            rig.send(Wire.chat())
            rig.wait(60)
            #expect(rig.news() == ["openAIChat", "answer"])
            rig.wait(1)
            #expect(rig.log == ["close"])
        }
    }

    @Test func `no limit holds while an answer is due`() {
        let rig = ConnectionRig(.holds)
        rig.send(Wire.chat() + "POST /v1/chat")
        rig.wait(1000)
        #expect(rig.news() == ["openAIChat"])
        rig.answer()
        #expect(rig.news() == ["answer"])
        rig.wait(11)
        #expect(rig.log == ["408", "last answer"])
        let routed = ConnectionRig()
        routed.send(Wire.get("/pool"))
        routed.wait(1000)
        #expect(routed.log == ["demote", "router: GET /pool", "router: end"])
    }

    @Test func `a slow body that waits for its turn is not held against the answer before it`() {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool") + String(Wire.chat("{123}").dropLast(2)))
        rig.wait(100)
        #expect(rig.news() == ["demote", "router: GET /pool", "router: end"])
        rig.send("3}")
        rig.routerAnswers()
        #expect(rig.log == ["head", "end", "openAIChat", "answer"])
    }
}
