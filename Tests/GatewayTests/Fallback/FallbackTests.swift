import Balancer
import Dialects
import Gateway
import NIOCore
import TestSupport
import Testing

@Suite struct FallbackTests {
    typealias Model = ModelsRig.Model

    @Test(arguments: ModelsRig.Fault.allCases.filter { $0 != .tooLong })
    func `every failure of the instances leads to the fallback`(fault: ModelsRig.Fault) {
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true, true], rules: .general("smart")),
            Model(name: "smart", inside: [false]),
        ])
        var exchange = rig.exchange("llama3")
        let played = rig.play(&exchange) { $0 < 2 ? fault : nil }
        #expect(played.models == ["llama3", "smart"])
        #expect(played.answer.hasPrefix("HTTP/1.1 200 OK"))
        #expect(played.answer.contains("x-litellm-attempted-fallbacks: 1\r\n"))
        #expect(played.answer.contains("x-litellm-model-group: smart\r\n"))
        #expect(played.answer.contains(#""model":"smart""#))
        #expect(exchange.record.fallbacks == 1)
        #expect(exchange.record.cloudCalls == 1)
        #expect(rig.balancer.snapshot().inFlight == 0)
    }

    @Test func `a refused instance that is known to be down costs later requests nothing`() {
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: .general("smart")), Model(name: "smart", inside: [false]),
        ])
        var first = rig.exchange("llama3")
        #expect(rig.play(&first) { $0 == 0 ? .refused : nil }.instances == [0, 1])
        var second = rig.exchange("llama3")
        #expect(rig.play(&second) { $0 == 0 ? .refused : nil }.instances == [1])
        #expect(second.record.attempts == 1)
    }

    @Test func `there is no pause before a fallback, and one where there is none`() {
        let rig = ModelsRig([Model(name: "llama3", inside: [true]), Model(name: "smart", inside: [false])])
        var alone = rig.exchange("llama3")
        _ = alone.begin(at: rig.clock.now)
        #expect(alone.upstreamLost(.lost("gone"), at: rig.clock.now).isPause)
        var other = rig.exchange("llama3", more: #","fallbacks":["smart"]"#)
        _ = other.begin(at: rig.clock.now)
        #expect(other.upstreamLost(.lost("gone"), at: rig.clock.now).sentTo == 1)
        alone.clientLeft(at: rig.clock.now)
        other.clientLeft(at: rig.clock.now)
    }

    @Test func `a client's own fallbacks win, and it may want none`() {
        let models = [
            Model(name: "llama3", inside: [true], rules: .general("smart")), Model(name: "smart", inside: [false]),
            Model(name: "other", inside: [true]),
        ]
        var own = ModelsRig(models).exchange("llama3", more: #","fallbacks":["other"]"#)
        #expect(ModelsRig(models).play(&own) { $0 == 0 ? .refused : nil }.models == ["llama3", "other"])
        let rig = ModelsRig(models)
        var none = rig.exchange("llama3", more: #","disable_fallbacks":true"#)
        let played = rig.play(&none) { $0 == 0 ? .refused : nil }
        #expect(played.models == ["llama3"])
        #expect(played.answer.hasPrefix("HTTP/1.1 502"))
    }

    @Test func `lists that lead in a circle end, and the error tells of every model`() {
        let rig = ModelsRig([
            Model(name: "a", inside: [true], rules: .general("b")),
            Model(name: "b", inside: [true], rules: .general("c", "a")),
            Model(name: "c", inside: [true], rules: .general("a")),
        ])
        var exchange = rig.exchange("a")
        let played = rig.play(&exchange) { _ in .refused }
        #expect(played.models == ["a", "b", "c"])
        #expect(played.answer.hasPrefix("HTTP/1.1 502"))
        for model in ["`a`", "`b`"] { #expect(played.answer.contains(model)) }
        #expect(exchange.record.fallbacks == 2)
    }

    @Test func `what a fallback names comes before what is left of the first list`() {
        let rig = ModelsRig([
            Model(name: "a", inside: [true], rules: .general("b", "d")),
            Model(name: "b", inside: [true], rules: .general("c")), Model(name: "c", inside: [true]),
            Model(name: "d", inside: [true]),
        ])
        var exchange = rig.exchange("a")
        #expect(rig.play(&exchange) { $0 < 3 ? .refused : nil }.models == ["a", "b", "c", "d"])
    }

    @Test func `no more fallbacks are taken than allowed`() {
        let rig = ModelsRig(
            [
                Model(name: "a", inside: [true], rules: .general("b", "c")), Model(name: "b", inside: [true]),
                Model(name: "c", inside: [true]),
            ], maxFallbacks: 1)
        var exchange = rig.exchange("a")
        #expect(rig.play(&exchange) { _ in .refused }.models == ["a", "b"])
    }

    @Test func `a client's own mistake leads nowhere`() {
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: .general("smart")), Model(name: "smart", inside: [false]),
        ])
        var exchange = rig.exchange("llama3")
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 400, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(.init(string: "{\"error\":\"invalid format\"}"), at: rig.clock.now)
        #expect(exchange.upstreamEnded(at: rig.clock.now).bytes?.hasPrefix("HTTP/1.1 400") == true)
    }

    @Test func `a stream that has begun is not begun again elsewhere`() {
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: .general("smart")), Model(name: "smart", inside: [false]),
        ])
        var exchange = rig.exchange("llama3", stream: true)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(.init(string: ExchangeRig.line), at: rig.clock.now)
        #expect(exchange.flush(at: rig.clock.now).bytes?.contains("Hi") == true)
        let last = exchange.upstreamLost(.lost("gone"), at: rig.clock.now)
        #expect(last.isFinish)
        #expect(last.bytes?.contains("\"error\"") == true)
    }

    @Test func `a prompt that is too long for a model goes to the one with the longer context, before any call`() {
        var rules = RouteRules.general("small")
        rules.checksContext = true
        rules.fallbacks.contextWindow = ["long"]
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: rules, maxInputTokens: 10),
            Model(name: "small", inside: [true]), Model(name: "long", inside: [true]),
        ])
        let words = String(repeating: "word ", count: 100)
        var exchange = rig.exchange(
            "llama3", more: #","user":"x","messages_extra":1,"prompt_note":"\#(words)""#)
        #expect(rig.play(&exchange) { _ in nil }.models == ["llama3"])
        var long = rig.exchange("llama3", more: #","tools":[{"type":"function","function":{"name":"\#(words)"}}]"#)
        #expect(rig.play(&long) { _ in nil }.models == ["long"])
    }

    @Test func `a prompt that fits nowhere is refused with OpenAI's code`() {
        var rules = RouteRules.none
        rules.checksContext = true
        let rig = ModelsRig([Model(name: "llama3", inside: [true], rules: rules, maxInputTokens: 1)])
        var exchange = rig.exchange("llama3", more: #","tools":[{"type":"function","function":{"name":"a_long_one"}}]"#)
        let answer = rig.play(&exchange) { _ in nil }.answer
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(answer.contains(#""code":"context_length_exceeded""#))
    }

    @Test func `a retry policy gives each class of failure its own number`() {
        var rules = RouteRules.none
        rules.retries = [.internalServer: 0, .timeout: 1]
        func attempts(_ fault: ModelsRig.Fault) -> Int {
            let rig = ModelsRig([Model(name: "llama3", inside: [true, true, true, true], rules: rules)], retries: 3)
            var exchange = rig.exchange("llama3")
            return rig.play(&exchange) { _ in fault }.instances.count
        }
        #expect(attempts(.status500) == 1)
        #expect(attempts(.timeout) == 2)
        #expect(attempts(.missing) == 4)
    }

    @Test func `tags choose among the deployments of a model`() {
        var rules = RouteRules.none
        rules.tagFilter = TagFilter(matchesAny: true)
        let rig = ModelsRig([Model(name: "llama3", inside: [true], rules: rules, tags: ["paid"])])
        var paid = rig.exchange("llama3", more: #","tags":["paid","x"]"#)
        #expect(rig.play(&paid) { _ in nil }.instances == [0])
        var free = rig.exchange("llama3", more: #","metadata":{"tags":["free"]}"#)
        #expect(rig.play(&free) { _ in nil }.answer.hasPrefix("HTTP/1.1 400"))
    }

    @Test func `an account that is refused is not tried again with the same instance, but with another`() {
        for boxes in 1...3 {
            let rig = ModelsRig(
                [Model(name: "llama3", inside: Array(repeating: true, count: boxes))], retries: 5)
            var exchange = rig.exchange("llama3")
            #expect(rig.play(&exchange) { _ in .status401 }.instances.count == boxes)
        }
    }

    /// Each pause took a second retry from the count: four retries were two.
    @Test(arguments: 0...4)
    func `a model with one instance is tried again as often as asked`(retries: Int) {
        let rig = ModelsRig([Model(name: "llama3", inside: [true])], retries: retries)
        var exchange = rig.exchange("llama3")
        let played = rig.play(&exchange) { _ in .status500 }
        #expect(played.instances.count == retries + 1)
        #expect(played.answer.contains("x-litellm-attempted-retries: \(retries)\r\n"))
    }

    // MARK: Overflow

    @Test func `when the overflow fails, the fallbacks of the model that was too busy are still there`() {
        var rules = RouteRules.general("good")
        rules.overflow = Overflow(model: "dead", after: .seconds(10), takesEmbeddings: false)
        let rig = ModelsRig([
            Model(name: "box", inside: [true], rules: rules, cap: 0), Model(name: "dead", inside: [true]),
            Model(name: "good", inside: [true]),
        ])
        var exchange = rig.exchange("box")
        let played = rig.play(&exchange) { $0 == 1 ? .refused : nil }
        #expect(played.models == ["dead", "good"])
        #expect(played.answer.hasPrefix("HTTP/1.1 200"))
    }

    @Test func `a request that waits too long overflows, and does so at once when the queue is full`() {
        var rules = RouteRules.none
        rules.overflow = Overflow(model: "smart", after: .seconds(10), takesEmbeddings: false)
        let rig = ModelsRig([
            Model(name: "llama3", inside: [true], rules: rules, cap: 1), Model(name: "smart", inside: [false]),
        ])
        var busy = rig.exchange("llama3")
        #expect(busy.begin(at: rig.clock.now).sentTo == 0)
        var exchange = rig.exchange("llama3")
        #expect(exchange.begin(at: rig.clock.now).asked != nil)
        exchange.queued(at: 1, predicted: nil, at: rig.clock.now)
        #expect(exchange.deadline == rig.clock.now + .seconds(10))
        rig.clock.advance(by: .seconds(10))
        #expect(exchange.timeUp(at: rig.clock.now).sentTo == 1)
        var other = rig.exchange("llama3")
        _ = other.begin(at: rig.clock.now)
        #expect(other.queueRefused(.queueFull, at: rig.clock.now).sentTo == 1)
        var third = rig.exchange("llama3")
        _ = third.begin(at: rig.clock.now)
        third.queued(at: 1, predicted: .seconds(11), at: rig.clock.now)
        #expect(third.timeUp(at: rig.clock.now).sentTo == 1)
        busy.clientLeft(at: rig.clock.now)
        exchange.clientLeft(at: rig.clock.now)
        other.clientLeft(at: rig.clock.now)
        third.clientLeft(at: rig.clock.now)
    }

    @Test func `a chat passes over a fallback that only makes embeddings, and says so when nothing else is left`() {
        let vectors = ModelsRig.Model(name: "vectors", inside: [true], makesEmbeddingsOnly: true)
        let rig = ModelsRig(
            [
                .init(name: "llama3", inside: [true], rules: .general("vectors", "smart")), vectors,
                .init(name: "smart", inside: [true]),
            ], retries: 0)
        var exchange = rig.exchange("llama3")
        #expect(rig.play(&exchange) { $0 == 0 ? .status500 : nil }.models == ["llama3", "smart"])
        #expect(exchange.record.fallbacks == 1)
        let sole = ModelsRig([.init(name: "llama3", inside: [true], rules: .general("vectors")), vectors], retries: 0)
        var last = sole.exchange("llama3")
        let played = sole.play(&last) { _ in .status500 }
        #expect(played.models == ["llama3"] && played.answer.hasPrefix("HTTP/1.1 502"))
        #expect(played.answer.contains("its fallback `vectors` only makes embeddings"))
    }

    /// A probe's report that lists the model of a box.
    private func list(_ chats: Bool?, _ embeds: Bool?, on instance: Int, of rig: ModelsRig) async {
        await rig.balancer.observe(
            .good(
                instance,
                tags: [
                    KnownTag(name: "m:latest", digest: "", size: 0, isRemote: false, chats: chats, embeds: embeds)
                ]))
    }

    @Test func `a fallback that its box says to make embeddings alone is passed over by chats`() async {
        let models = [
            ModelsRig.Model(name: "llama3", inside: [true], rules: .general("vectors", "smart")),
            .init(name: "vectors", inside: [true]), .init(name: "smart", inside: [true]),
        ]
        for (chats, expected) in [
            (false, ["llama3", "smart"]), (true, ["llama3", "vectors"]), (nil, ["llama3", "vectors"]),
        ] {
            let rig = ModelsRig(models, retries: 0)
            await list(chats, chats.map { !$0 }, on: 1, of: rig)
            var exchange = rig.exchange("llama3")
            #expect(rig.play(&exchange) { $0 == 0 ? .status500 : nil }.models == expected)
        }
    }

    @Test func `a fallback whose name speaks of embeddings and whose box says that it chats is taken`() async {
        let rig = ModelsRig(
            [
                .init(name: "llama3", inside: [true], rules: .general("embedded")),
                .init(name: "embedded", inside: [true], makesEmbeddingsOnly: true),
            ], retries: 0)
        await list(true, false, on: 1, of: rig)
        var exchange = rig.exchange("llama3")
        #expect(rig.play(&exchange) { $0 == 0 ? .status500 : nil }.models == ["llama3", "embedded"])
    }

    @Test func `a chat asked of a model that only makes embeddings is refused at once, or goes to its fallback`() {
        let vectors = ModelsRig.Model(name: "vectors", inside: [true], makesEmbeddingsOnly: true)
        let rig = ModelsRig([vectors])
        var exchange = rig.exchange("vectors")
        let played = rig.play(&exchange) { _ in nil }
        #expect(played.instances.isEmpty && played.answer.hasPrefix("HTTP/1.1 400"))
        #expect(
            played.answer.contains("`vectors` only makes embeddings") && played.answer.contains(#""param":"model""#))
        var falling = vectors
        falling.rules = .general("smart")
        let other = ModelsRig([falling, .init(name: "smart", inside: [true])])
        var second = other.exchange("vectors")
        #expect(other.play(&second) { _ in nil }.models == ["smart"])
    }

    @Test func `a chat asked of a model whose boxes say that it writes no texts goes to its fallback, or is refused`()
        async
    {
        let models = [
            ModelsRig.Model(name: "pictures", inside: [true], rules: .general("smart")),
            .init(name: "smart", inside: [true]),
        ]
        for (chats, expected) in [(false, ["smart"]), (true, ["pictures"]), (nil, ["pictures"])] {
            let rig = ModelsRig(models, retries: 0)
            await list(chats, false, on: 0, of: rig)
            var exchange = rig.exchange("pictures")
            #expect(rig.play(&exchange) { _ in nil }.models == expected)
        }
        for (embeds, words) in [
            (true, "`pictures` only makes embeddings"), (false, "`pictures` writes no texts"),
            (nil, "`pictures` writes no texts"),
        ] {
            let sole = ModelsRig([.init(name: "pictures", inside: [true])])
            await list(false, embeds, on: 0, of: sole)
            var exchange = sole.exchange("pictures")
            let played = sole.play(&exchange) { _ in nil }
            #expect(played.instances.isEmpty && played.answer.hasPrefix("HTTP/1.1 400"))
            #expect(played.answer.contains(words), "\(played.answer)")
            let rig = ModelsRig(
                [
                    .init(name: "llama3", inside: [true], rules: .general("pictures")),
                    .init(name: "pictures", inside: [true]),
                ],
                retries: 0)
            await list(false, embeds, on: 1, of: rig)
            var other = rig.exchange("llama3")
            #expect(rig.play(&other) { _ in .status500 }.answer.contains("its fallback \(words)"))
        }
    }

    @Test func `embeddings asked of a model whose box says that it makes none are refused at once, or go elsewhere`()
        async
    {
        for (embeds, expected) in [(false, [String]()), (true, ["llama3"]), (nil, ["llama3"])] {
            let rig = ModelsRig([.init(name: "llama3", inside: [true])], retries: 0)
            await list(true, embeds, on: 0, of: rig)
            var exchange = rig.exchange("llama3", embeds: true)
            let played = rig.play(&exchange) { _ in .status500 }
            #expect(played.models == expected)
            #expect(played.answer.contains("`llama3` makes no embeddings") == (embeds == false))
        }
        let rig = ModelsRig(
            [
                .init(name: "llama3", inside: [true], rules: .general("smart", "vectors")),
                .init(name: "smart", inside: [true]), .init(name: "vectors", inside: [true]),
            ], retries: 0)
        for index in 0...1 { await list(true, false, on: index, of: rig) }
        await list(false, true, on: 2, of: rig)
        var exchange = rig.exchange("llama3", embeds: true)
        #expect(rig.play(&exchange) { _ in .status500 }.models == ["vectors"])
    }
}
