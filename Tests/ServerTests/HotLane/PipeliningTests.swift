import NIOHTTP1
import Testing

@testable import Server
@testable import ServerRig

/// Requests that come before the answer to the one before them.
@Suite struct PipeliningTests {
    @Test func `a second request waits for the answer to the first`() {
        let rig = ConnectionRig(.holds)
        rig.send(Wire.chat("{1}") + Wire.chat("{2}"))
        #expect(rig.news() == ["openAIChat"])
        rig.send(Wire.chat("{3}"))
        #expect(rig.news() == [])
        rig.answer()
        #expect(rig.news() == ["answer", "openAIChat"])
        rig.answer()
        rig.answer()
        #expect(rig.news() == ["answer", "openAIChat", "answer"])
        #expect(rig.bodies == ["{1}", "{2}", "{3}"])
    }

    @Test func `hot and cold requests in one read are answered in order`() {
        let rig = ConnectionRig(.holds)
        let cold = Wire.get("/pool")
        rig.send(Wire.chat("{1}") + cold + Wire.chat("{2}") + Wire.chat("{3}") + cold + cold + Wire.chat("{4}"))
        #expect(rig.news() == ["openAIChat"])
        rig.answer()
        #expect(rig.news() == ["answer", "demote", "router: GET /pool", "router: end"])
        rig.routerAnswers()
        #expect(rig.news() == ["head", "end", "openAIChat"])
        rig.answer()
        #expect(rig.news() == ["answer", "openAIChat"])
        rig.answer()
        // The router takes several.
        #expect(
            rig.news() == ["answer", "router: GET /pool", "router: end", "router: GET /pool", "router: end"])
        rig.routerAnswers()
        #expect(rig.news() == ["head", "end"])
        rig.routerAnswers()
        #expect(rig.news() == ["head", "end", "openAIChat"])
        #expect(rig.bodies == ["{1}", "{2}", "{3}", "{4}"])
    }

    @Test(arguments: [ConnectionRig.Lane.atOnce, .holds])
    func `thousands of pipelined requests are served one after another, not inside each other`(lane: ConnectionRig.Lane)
    {
        for demotion in ["", Wire.get("/pool")] {
            let rig = ConnectionRig(lane)
            rig.send(demotion + String(repeating: Wire.chat(), count: 2000))
            if !demotion.isEmpty { rig.routerAnswers() }
            if lane == .holds { for _ in 0..<2000 { rig.answer() } }
            #expect(rig.bodies.count == 2000)
            #expect(rig.deepest <= 6, "\(rig.deepest)")
        }
    }

    @Test func `thousands of pipelined refusals are written one after another, not inside each other`() {
        for demotion in ["", Wire.get("/pool")] {
            let rig = ConnectionRig(key: "sk-master")
            rig.send(demotion + String(repeating: Wire.chat(), count: 2000))
            if !demotion.isEmpty { rig.routerAnswers() }
            #expect(rig.log.count { $0 == "401" } == 2000)
            #expect(rig.log.count { $0 == "answer" } == 2000)
            #expect(rig.deepest <= 6, "\(rig.deepest)")
        }
    }

    @Test func `a socket that fills and empties inside each write does not nest the requests either`() {
        let rig = ConnectionRig()
        rig.onWrite = {
            $0.becomesWritable(false)
            $0.becomesWritable(true)
        }
        rig.send(String(repeating: Wire.chat(), count: 2000))
        #expect(rig.bodies.count == 2000)
        #expect(rig.deepest <= 6, "\(rig.deepest)")
    }

    @Test func `garbage behind a request waits for its answer`() {
        for request in [Wire.chat(), Wire.chat(headers: "Expect: 100-continue\r\n")] {
            let rig = ConnectionRig(.holds)
            rig.send(request + "@@@\r\n\r\n")
            #expect(!rig.news().contains("400"))
            rig.answer()
            #expect(rig.log.first == "answer")
            #expect(rig.log.suffix(2) == ["400", "last answer"])
        }
    }

    @Test func `garbage behind the router's requests waits for all their answers`() {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool") + Wire.get("/health") + "@@@\r\n\r\n")
        rig.routerAnswers()
        #expect(!rig.news().contains("400"))
        rig.routerAnswers()
        #expect(rig.log == ["head", "end", "400", "last answer"])
    }

    @Test func `a broken body for the router gets no answer but the error, after those before it`() {
        let broken = "POST /pool/x/drain HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"
        let alone = ConnectionRig().send(broken)
        #expect(alone.log == ["demote", "router: POST /pool/x/drain", "400", "last answer"])
        alone.routerAnswers()
        #expect(alone.log.suffix(2) == ["drop", "drop"])
        let second = ConnectionRig().send(Wire.get("/pool") + broken)
        #expect(!second.news().contains("400"))
        second.routerAnswers()
        #expect(second.log == ["head", "end", "400", "last answer"])
    }

    @Test func `an answer of the router that has begun is not followed by an error`() {
        let rig = ConnectionRig()
        rig.send("POST /pool/x/drain HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
        rig.routerWrites(.head(.init(version: .http1_1, status: .ok)))
        _ = rig.news()
        rig.send("x\r\n")
        #expect(rig.log == ["close"])
    }

    @Test func `a request that expects an invitation gets none inside the answer before it`() {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool") + Wire.post("/pool/x/drain", headers: "Expect: 100-continue\r\n"))
        #expect(rig.news() == ["demote", "router: GET /pool", "router: end"])
        rig.routerAnswers()
        #expect(
            rig.log == ["head", "end", "100", "router: POST /pool/x/drain", "router: 2 bytes", "router: end"])
    }

    @Test func `what is behind the last answer is not served`() {
        for headers in ["Connection: close\r\n", "connection: Close\r\n"] {
            let rig = ConnectionRig(.holds)
            rig.send(Wire.chat("{1}", headers: headers) + Wire.chat("{2}"))
            rig.answer()
            #expect(rig.log == ["demote", "openAIChat", "last answer"])
            let routed = ConnectionRig()
            routed.send(Wire.get("/pool", headers: headers) + Wire.chat("{2}"))
            routed.routerAnswers()
            #expect(routed.log == ["demote", "router: GET /pool", "router: end", "head, close", "end", "last"])
            #expect(routed.bodies.isEmpty)
        }
    }
}
