import Testing

@testable import Server
@testable import ServerRig

/// Connections for which there was no room.
@Suite struct SpareConnectionTests {
    private func crowded() -> ConnectionRig {
        let rig = ConnectionRig()
        for _ in 0..<2 { _ = rig.gate.enter() }
        rig.becomeSpare()
        return rig
    }

    @Test(arguments: [Wire.chat(), Wire.chat(headers: "Connection: keep-alive, x\r\n"), Wire.post("/api/chat")])
    func `a request that runs a model is told to come back, in either lane`(request: String) {
        let rig = crowded()
        rig.send(request)
        #expect(rig.log.suffix(2) == ["503", "last answer"])
        #expect(rig.refusals[0].contains("retry-after: 1\r\n") && rig.bodies.isEmpty)
    }

    @Test func `an operator is answered, once`() {
        let rig = crowded()
        rig.send(Wire.get("/health/readiness"))
        rig.routerAnswers()
        #expect(rig.log == ["demote", "router: GET /health/readiness", "router: end", "head, close", "end", "last"])
    }

    @Test func `with room again it is a connection like any other`() {
        let rig = crowded()
        rig.gate.leave()
        rig.send(Wire.chat() + Wire.get("/pool"))
        rig.routerAnswers()
        #expect(rig.log == ["openAIChat", "answer", "demote", "router: GET /pool", "router: end", "head", "end"])
        for _ in 0..<5 { _ = rig.gate.enter() }
        rig.send(Wire.chat())
        #expect(rig.bodies.count == 2, "it stays one")
    }
}
