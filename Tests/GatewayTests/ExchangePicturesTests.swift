import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Pictures on the web before instances that have to be sent them.
@Suite struct ExchangePicturesTests {
    private static let png: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]

    private func rig(fetches: Bool = true, provider: String = "ollama", largeBody: Int = 1 << 20) -> ExchangeRig {
        var rig = ExchangeRig(provider: provider)
        rig.settings.fetchesPictures = fetches
        rig.settings.largeBody = largeBody
        return rig
    }

    private func body(_ addresses: [String], more: String = "") -> String {
        let parts = addresses.map { "{\"type\":\"image_url\",\"image_url\":{\"url\":\"\($0)\"}}" }.joined(
            separator: ",")
        return "{\"model\":\"llama3\"\(more),\"messages\":[{\"role\":\"user\",\"content\":[\(parts)]}]}"
    }

    private func wanted(_ action: consuming Exchange.Action) -> [String]? {
        if case .fetch(let addresses) = action { addresses } else { nil }
    }

    @Test func `they are fetched first, and a box is sent what came, in order`() throws {
        let rig = rig()
        var exchange = rig.exchange(body(["http://a/1", "https://b/2"]))
        #expect(wanted(exchange.begin(at: rig.clock.now)) == ["http://a/1", "https://b/2"])
        #expect(rig.inFlight == 0)
        let pictures = try [UInt8](1...2).map { try #require(FetchedPicture(Self.png + [$0])) }
        guard case .send(let bytes, _) = exchange.fetched(.success(pictures), at: rig.clock.now) else {
            return _ = Issue.record("sent to a box")
        }
        #expect(String(buffer: bytes).contains("\"images\":[\"iVBORw0KGgoBAQ==\",\"iVBORw0KGgoBAg==\"]"))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `one that cannot be had is the client's fault, by name`() {
        let rig = rig()
        var exchange = rig.exchange(body(["http://a/1", "http://b/2"]))
        _ = exchange.begin(at: rig.clock.now)
        let answer =
            exchange.fetched(.failure(PictureFault(1, "its server answered 404")), at: rig.clock.now).bytes ?? ""
        #expect(
            answer.hasPrefix("HTTP/1.1 400") && answer.contains("\"param\":\"messages[0].content[1].image_url.url\""))
        #expect(answer.contains("could not be fetched: its server answered 404"))
    }

    @Test func `unless it is set nothing is fetched, and the client is told what to set`() {
        let rig = rig(fetches: false)
        var exchange = rig.exchange(body(["http://a/1"]))
        let answer = exchange.begin(at: rig.clock.now).bytes ?? ""
        #expect(answer.hasPrefix("HTTP/1.1 400") && answer.contains("drover.fetch_images: true"))
    }

    @Test func `an upstream that fetches them itself is sent the address`() {
        let rig = rig(provider: "openai")
        var exchange = rig.exchange(body(["http://a/1"]))
        guard case .send(let bytes, _) = exchange.begin(at: rig.clock.now) else {
            return _ = Issue.record("sent as it is")
        }
        #expect(String(buffer: bytes).contains("\"url\":\"http://a/1\""))
        exchange.clientLeft(at: rig.clock.now)
    }

    @Test func `a request that must stay inside has none fetched`() {
        var rig = ModelsRig([.init(name: "m", inside: [true])])
        rig.settings.fetchesPictures = true
        let image = #""messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://a/1"}}]}]"#
        var wishes = CallWishes()
        _ = wishes.take(localOnly: "true")
        let head = CallHead(callID: CallID(high: 1, low: 1), random: 1, front: .openAIChat, wishes: wishes)
        var exchange = Exchange(
            head, body: ByteBuffer(string: "{\"model\":\"m\",\(image)}"), balancer: rig.balancer, routes: rig.routes,
            settings: .init(rig.settings), at: rig.clock.now, unixSeconds: 1)
        let answer = exchange.begin(at: rig.clock.now).bytes ?? ""
        #expect(answer.hasPrefix("HTTP/1.1 4") && answer.contains("must stay inside"))
    }

    @Test func `too many are refused, and a client that leaves meanwhile is not answered`() throws {
        let rig = rig()
        var many = rig.exchange(body((0..<17).map { "http://a/\($0)" }))
        #expect(many.begin(at: rig.clock.now).bytes?.hasPrefix("HTTP/1.1 400") == true)
        var left = rig.exchange(body(["http://a/1"]))
        _ = left.begin(at: rig.clock.now)
        left.clientLeft(at: rig.clock.now)
        #expect(left.fetched(.success([try #require(FetchedPicture(Self.png))]), at: rig.clock.now).isNone)
    }

    @Test func `large pictures are put in elsewhere, and several answers have one fetch`() throws {
        let rig = rig(largeBody: 200)
        var lane = rig.exchange(body(["http://a/1"], more: ",\"n\":2"))
        #expect(wanted(lane.begin(at: rig.clock.now)) == ["http://a/1"])
        let picture = try #require(FetchedPicture(Self.png + Array(repeating: 7, count: 400)))
        guard case .work(let work) = lane.fetched(.success([picture]), at: rig.clock.now) else {
            return _ = Issue.record("put in elsewhere")
        }
        guard case .begin(let numbers, _) = lane.worked(work.run(), at: rig.clock.now) else {
            return _ = Issue.record("two answers")
        }
        #expect(numbers == 0..<2)
        lane.clientLeft(at: rig.clock.now)
    }
}
