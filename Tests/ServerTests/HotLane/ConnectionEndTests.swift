import Balancer
import NIOHTTP1
import Testing

@testable import Server
@testable import ServerRig

/// How a connection ends: with its last answer, with the process, with a client that leaves or does not read.
@Suite struct ConnectionEndTests {
    // MARK: The last answer

    @Test func `after the last answer the client may read for two seconds`() {
        let rig = ConnectionRig(.holds)
        rig.send(Wire.chat(headers: "Connection: close\r\n"))
        rig.answer()
        _ = rig.news()
        rig.wait(59)
        #expect(rig.news() == [], "a slow client still reads it")
        rig.lastIsWritten()
        #expect(rig.news() == ["close output"])
        rig.wait(2)
        #expect(rig.news() == [])
        rig.wait(1)
        #expect(rig.log == ["close"])
        rig.wait(10)
        rig.send(Wire.chat())
        rig.halfClose()
        rig.quiesce()
        #expect(rig.log == ["close"], "once")
    }

    @Test func `over TLS it closes when the last answer is out`() {
        let rig = ConnectionRig(usesTLS: true)
        rig.send(Wire.chat(headers: "Connection: close\r\n"))
        rig.lastIsWritten()
        #expect(rig.log == ["demote", "openAIChat", "last answer", "close"])
    }

    @Test func `a lane that says so ends the connection`() {
        let rig = ConnectionRig(.holds)
        rig.send(Wire.chat())
        rig.answer(keepAlive: false)
        rig.send(Wire.chat())
        #expect(rig.log == ["openAIChat", "last answer"])
    }

    // MARK: The process ends

    @Test func `a connection without a request ends at once`() {
        let rig = ConnectionRig()
        rig.send(Wire.chat())
        _ = rig.news()
        rig.quiesce()
        #expect(rig.log == ["close"])
        let used = ConnectionRig()
        used.send(Wire.get("/pool"))
        used.routerAnswers()
        _ = used.news()
        used.quiesce()
        #expect(used.log == ["close"])
    }

    @Test func `a connection that was accepted a moment ago is still asked`() {
        let rig = ConnectionRig()
        rig.quiesce()
        rig.wait(1)
        #expect(rig.log == [])
        rig.send(Wire.chat())
        #expect(rig.log == ["openAIChat", "last answer"])
        let silent = ConnectionRig()
        silent.wait(1)
        silent.quiesce()
        silent.wait(1)
        #expect(silent.log == ["close"])
    }

    @Test func `half a head does not hold up the end for longer than a second`() {
        let rig = ConnectionRig()
        rig.send("POST /v1/chat")
        rig.quiesce()
        rig.wait(1)
        #expect(rig.log == [])
        rig.wait(1)
        #expect(rig.log == ["close"])
    }

    @Test func `before the end an answer is the last one, and an idle connection stays`() {
        let rig = ConnectionRig()
        rig.retire()
        #expect(rig.log == [])
        rig.send(Wire.chat())
        #expect(rig.log == ["openAIChat", "last answer"])
    }

    /// A client that keeps connections learns it before it sends the next request, and not by losing that.
    @Test func `before the end answers and refusals of the lane say that they are the last`() {
        for isDemoted in [false, true] {
            for cut in [0, 40, Wire.chat("{1}").count - 1] {
                let rig = ConnectionRig()
                if isDemoted {
                    rig.send(Wire.get("/pool"))
                    rig.routerAnswers()
                }
                rig.send(String(Wire.chat("{1}").prefix(cut)))
                rig.retire()
                rig.send(String(Wire.chat("{1}").dropFirst(cut)))
                #expect(rig.keepsAlive == [false], "\(isDemoted), cut at \(cut)")
            }
            let refused = ConnectionRig(key: "sk-1")
            if isDemoted {
                refused.send(Wire.get("/pool"))
                refused.routerAnswers()
            }
            refused.retire()
            refused.send(Wire.chat())
            #expect(refused.refusals.first?.contains("\r\nconnection: close\r\n") == true, "\(refused.refusals)")
        }
        let rig = ConnectionRig()
        rig.send(Wire.chat())
        #expect(rig.keepsAlive == [true])
    }

    @Test func `a request that has begun to come is still answered`() {
        let text = Wire.chat("{1}")
        for cut in 1..<text.count {
            let rig = ConnectionRig()
            rig.send(String(text.prefix(cut)))
            rig.quiesce()
            #expect(rig.news() == [], "cut at \(cut)")
            rig.send(String(text.dropFirst(cut)))
            #expect(rig.log == ["openAIChat", "last answer"], "cut at \(cut)")
        }
    }

    @Test func `a request for the router that comes in two pieces is answered too, and its answer is the last one`() {
        let text = Wire.get("/pool")
        for cut in 1..<text.count {
            for (isLate, isNear) in [(false, true), (true, true), (false, false), (true, false)] {
                let rig = ConnectionRig()
                func end() { if isNear { rig.retire() } else { rig.quiesce() } }
                if isLate { rig.send(String(text.prefix(cut))) }
                end()
                if !isLate { rig.send(String(text.prefix(cut))) }
                rig.becomesWritable(false)
                rig.becomesWritable(true)
                rig.send(String(text.dropFirst(cut)))
                rig.routerAnswers()
                let log = rig.news().filter { $0 != "router: quiesce" }
                #expect(
                    log == ["demote", "router: GET /pool", "router: end", "head, close", "end", "last"],
                    "cut at \(cut), \(isLate), \(isNear)")
            }
        }
        let slow = ConnectionRig()
        slow.send("GET /po")
        slow.quiesce()
        slow.wait(1)
        #expect(slow.news() == ["demote"])
        slow.wait(1)
        #expect(slow.log == ["close"])
    }

    @Test func `before the end a demoted connection stays, and its next answer says that it is the last one`() {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool"))
        rig.routerAnswers()
        rig.retire()
        _ = rig.news()
        rig.wait(5)
        rig.send(Wire.get("/pool"))
        rig.routerAnswers()
        #expect(rig.news() == ["router: GET /pool", "router: end", "head, close", "end", "last"])
        let begun = ConnectionRig()
        begun.send(Wire.get("/pool"))
        begun.routerWrites(.head(.init(version: .http1_1, status: .ok)))
        begun.retire()
        begun.routerWrites(.end(nil))
        begun.send(Wire.chat())
        #expect(begun.log.suffix(4) == ["head", "end", "openAIChat", "last answer"])
    }

    @Test func `a request that waits behind a slow reader is served before the end`() {
        let rig = ConnectionRig()
        rig.send(Wire.chat())
        rig.becomesWritable(false)
        rig.send(Wire.chat())
        rig.quiesce()
        rig.wait(3)
        #expect(rig.news() == ["openAIChat", "answer"])
        rig.becomesWritable(true)
        #expect(rig.log == ["openAIChat", "last answer"])
    }

    @Test func `a running answer is the last one, and no request behind it is served`() {
        let rig = ConnectionRig(.holds)
        rig.send(Wire.chat() + Wire.chat())
        rig.quiesce()
        rig.answer()
        #expect(rig.log == ["openAIChat", "last answer"])
    }

    @Test func `a connection that is demoted after the signal tells the router so`() {
        let hot = ConnectionRig()
        hot.send("POST /pool/")
        hot.quiesce()
        hot.send("x/drain HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
        #expect(hot.log == ["demote", "router: POST /pool/x/drain", "router: end", "router: quiesce"])
    }

    @Test func `a demoted connection ends with the answer that is due`() {
        let rig = ConnectionRig(.holds)
        rig.send(Wire.post("/v1/chat/completions?x"))
        rig.quiesce()
        rig.answer()
        #expect(rig.log == ["demote", "openAIChat", "last answer"])
        let routed = ConnectionRig()
        routed.send(Wire.get("/pool"))
        routed.quiesce()
        #expect(routed.log.last == "router: quiesce")
    }

    @Test func `the signal waits for a body that is being gathered, however the client reads`() {
        let rig = ConnectionRig()
        let text = Wire.post("/v1/chat/completions?x", "{123}")
        rig.send(String(text.dropLast(2)))
        rig.quiesce()
        rig.becomesWritable(false)
        rig.becomesWritable(true)
        #expect(rig.news() == ["demote"])
        rig.send("3}")
        #expect(rig.log == ["openAIChat", "last answer"])
    }

    @Test func `the signal waits for a hot request that waits for the router`() {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool") + Wire.chat())
        rig.quiesce()
        _ = rig.news()
        rig.routerAnswers()
        #expect(rig.log == ["head", "end", "openAIChat", "last answer"])
    }

    // MARK: The client leaves

    @Test func `a client that has closed its side is gone, whatever it waits for`() {
        let idle = ConnectionRig()
        idle.halfClose()
        #expect(idle.log == ["close"])
        let reading = ConnectionRig()
        reading.send(String(Wire.chat().dropLast(1)))
        reading.halfClose()
        #expect(reading.log == ["close"])
        let served = ConnectionRig(.holds)
        served.send(Wire.chat())
        served.halfClose()
        #expect(served.log == ["openAIChat", "close"])
        let gathering = ConnectionRig()
        gathering.send(String(Wire.post("/v1/chat/completions?x").dropLast(1)))
        gathering.halfClose()
        #expect(gathering.log.suffix(2) == ["400", "last answer"], "the parser says so first")
        let demoted = ConnectionRig(.holds)
        demoted.send(Wire.post("/v1/chat/completions?x"))
        demoted.halfClose()
        #expect(demoted.log == ["demote", "openAIChat", "close"])
    }

    @Test func `the router hears of a client that has closed its side, once no hot request waits`() {
        let rig = ConnectionRig()
        rig.send(Wire.get("/pool"))
        rig.halfClose()
        #expect(rig.log.last == "router: input closed")
        let waiting = ConnectionRig()
        waiting.send(Wire.get("/pool") + Wire.chat())
        waiting.halfClose()
        waiting.routerAnswers()
        #expect(waiting.log.suffix(5) == ["head", "end", "openAIChat", "answer", "router: input closed"])
    }

    // MARK: The client does not read

    @Test func `a client that does not read is not read either, until it does`() {
        for demotion in ["", Wire.get("/pool")] {
            let rig = ConnectionRig(.holds)
            rig.send(demotion)
            if !demotion.isEmpty { rig.routerAnswers() }
            rig.send(Wire.chat("{1}"))
            _ = rig.news()
            rig.becomesWritable(false)
            rig.answer()
            rig.send(Wire.chat("{2}"))
            #expect(rig.news() == ["answer"])
            #expect(!rig.wantsRead())
            rig.becomesWritable(true)
            #expect(rig.log == ["openAIChat", "read"])
        }
    }

    @Test func `a read that waits behind a served request goes on when nothing waits any more`() {
        let rig = ConnectionRig(.holds)
        #expect(rig.wantsRead())
        rig.send(Wire.chat("{1}"))
        #expect(rig.wantsRead(), "to see the client leave")
        rig.send(Wire.chat("{2}"))
        #expect(!rig.wantsRead())
        rig.answer()
        #expect(rig.log == ["openAIChat", "answer", "openAIChat", "read"])
        let demoted = ConnectionRig(.holds)
        demoted.send(Wire.chat() + Wire.get("/pool"))
        #expect(!demoted.wantsRead())
        demoted.answer()
        #expect(demoted.log.last == "read")
    }

    @Test func `a client that takes nothing for as long as it may be idle is closed, a slow one is not`() {
        let rig = ConnectionRig(.holds)
        rig.send(Wire.chat())
        rig.becomesWritable(false)
        rig.queued = 1000
        for _ in 0..<200 {
            rig.queued -= 1
            rig.wait(1)
        }
        #expect(rig.news() == ["openAIChat"])
        rig.wait(61)
        #expect(rig.log == ["close"])
    }

    @Test func `a client that takes a byte a second is ended, one that takes its least is not`() {
        for (rate, end) in [(200, 75), (240, nil), (1, 75)] as [(Int, Int?)] {
            var pace = ClientPace.keepsUp
            pace.changed(isWritable: false, at: .zero)
            var left = 1 << 20
            var stalledAt: Int?
            for second in 0...600 where stalledAt == nil {
                left -= rate
                let now = Moment.zero + .seconds(second)
                if pace.isStalled(at: now, limit: .seconds(75), least: 240 * 75, queued: { left }) {
                    stalledAt = second
                }
            }
            #expect(stalledAt.map { $0 - 1 } == end, "\(rate)")
        }
    }

    @Test func `what is queued meanwhile is no sign that a client takes nothing`() {
        var pace = ClientPace.keepsUp
        pace.changed(isWritable: false, at: .zero)
        for second in 0...100 {
            // A thousand bytes are taken in each second and two thousand come in every other one.
            let left = 10_000 + (second % 2) * 1000
            let now = Moment.zero + .seconds(second)
            let isStalled = pace.isStalled(at: now, limit: .seconds(10), least: 4000, queued: { left })
            #expect(!isStalled)
        }
    }

    @Test func `a client that reads again has all its time again`() {
        var pace = ClientPace.keepsUp
        func isStalled(after seconds: Int, queued: Int) -> Bool {
            pace.isStalled(at: .zero + .seconds(seconds), limit: .seconds(10), least: 0, queued: { queued })
        }
        #expect(!isStalled(after: 100, queued: 5))
        pace.changed(isWritable: false, at: .zero)
        #expect(!isStalled(after: 9, queued: 5))
        #expect(!isStalled(after: 11, queued: 4))
        #expect(!isStalled(after: 21, queued: 4))
        #expect(isStalled(after: 22, queued: 4))
        pace.changed(isWritable: true, at: .zero)
        #expect(pace == .keepsUp)
    }
}
