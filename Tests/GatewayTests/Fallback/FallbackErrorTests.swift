import Gateway
import TestSupport
import Testing

/// What the client hears when no model could serve it.
@Suite struct FallbackErrorTests {
    typealias Model = ModelsRig.Model

    @Test func `that a substitute cannot serve the request is not told as the client's mistake`() {
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: .general("smart")), Model(name: "smart", inside: [false]),
        ])
        var exchange = rig.exchange("llama3")
        let answer = rig.play(&exchange) { $0 == 0 ? .refused : .tooLong }.answer
        #expect(answer.hasPrefix("HTTP/1.1 502"))
        #expect(answer.contains("connection refused"))
        #expect(answer.contains("then, `smart`: "))
    }

    @Test func `where every model has the same to say the client hears it as it is`() {
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: .general("smart")), Model(name: "smart", inside: [false]),
        ])
        var exchange = rig.exchange("llama3")
        let answer = rig.play(&exchange) { _ in .tooLong }.answer
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(answer.contains(#""code":"context_length_exceeded""#))
    }

    @Test func `an outage after a prompt that was too long is an outage`() {
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: .general("smart")), Model(name: "smart", inside: [false]),
        ])
        var exchange = rig.exchange("llama3")
        let answer = rig.play(&exchange) { $0 == 0 ? .tooLong : .status503 }.answer
        #expect(answer.hasPrefix("HTTP/1.1 503"))
        #expect(answer.contains("retry-after: "))
        #expect(answer.contains("before that, `llama3`: "))
    }

    @Test(arguments: [ModelsRig.Fault.status401, .missing])
    func `what a provider holds against our account or our model is not the client's fault`(fault: ModelsRig.Fault) {
        let rig = ModelsRig([Model(name: "smart", inside: [false])])
        var exchange = rig.exchange("smart")
        #expect(rig.play(&exchange) { _ in fault }.answer.hasPrefix("HTTP/1.1 50"))
    }
}
