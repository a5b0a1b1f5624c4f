import Balancer
import Foundation
import Gateway
import Logging
import Telemetry
import TestSupport
import Testing

@testable import Exporters

/// Prompts that exporters are told, where the operator asks for that.
@Suite struct PromptExportTests {
    private let words = Array(#"[{"role":"user","content":"the \"secret\" word"}]"#.utf8)
    private let other = OtherSide()
    private let clock = ManualClock()

    private func item(_ room: PromptRoom, confinement: UInt8 = 0) -> ExportRecord {
        var item = Sample.item { ($0.confinement, $0.trace) = (confinement, Sample.trace) }
        item.prompt = room.keep(words)
        return item
    }

    private func exporter(isInside: Bool) -> FilteredExporter<LangfuseEncoder> {
        FilteredExporter(
            ExportLane(
                ExportPlace(name: "langfuse", url: "http://sink", headers: []),
                encoder: LangfuseEncoder { Sample.names }, transport: other.transport,
                counts: ExportCounts(exporters: ["langfuse"]),
                logger: Logger(label: "x") { _ in SwiftLogNoOpLogHandler() }, time: clock.source), isInside: isInside
        ) { _ in true }
    }

    @Test(
        "a prompt that must stay inside is told to nobody outside, its request is",
        arguments: [(1, false), (2, false), (4, false), (7, false), (1, true), (0, false), (0, true)] as [(UInt8, Bool)]
    )
    func confined(confinement: UInt8, isInside: Bool) throws {
        let exporter = exporter(isInside: isInside)
        exporter.take([item(PromptRoom(bytes: 1 << 20), confinement: confinement), Sample.item()])
        exporter.tick()
        let body = try #require(other.bodies.first)
        #expect(body.contains("secret") == (confinement == 0 || isInside))
        #expect(body.components(separatedBy: "generation-create").count == 3)
    }

    @Test func `Langfuse gets it as the input of the generation, as JSON`() throws {
        var encoder = LangfuseEncoder { Sample.names }
        let encoded = encoder.encode([item(PromptRoom(bytes: 1 << 20)), Sample.item()][...])
        let bytes = try #require(encoded)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let events = try #require(body["batch"] as? [[String: Any]])
        let bodies = events.compactMap { $0["body"] as? [String: Any] }
        let input = try #require(bodies[1]["input"] as? [[String: Any]])
        #expect(input[0]["content"] as? String == #"the "secret" word"#)
        #expect(bodies[3]["input"] == nil)
    }

    @Test func `traces have it as an attribute of the request, by the convention's name`() throws {
        var encoder = TraceEncoder(
            TraceResource(service: "herd", version: "1", more: []), version: "1", names: { Sample.names })
        let encoded = encoder.encode([item(PromptRoom(bytes: 1 << 20))][...])
        let bytes = try #require(encoded)
        let resource = try #require(ProtobufReader(bytes).first(1)).message
        let spans = try #require(resource.first(2)).message.all(2).map { ReadSpan($0.message) }
        #expect(spans[0].attributes["gen_ai.input.messages"] == String(decoding: words, as: UTF8.self))
        #expect(spans.dropFirst().allSatisfy { $0.attributes["gen_ai.input.messages"] == nil })
    }

    @Test func `prompts that wait have so much memory, and it is free again with the last holder`() {
        let room = PromptRoom(bytes: words.count * 2)
        var kept = [room.keep(words), room.keep(words)]
        #expect(kept.allSatisfy { $0 != nil } && room.keep(words) == nil)
        kept.removeLast()
        #expect(room.keep(words) != nil && room.keep(words) != nil)
    }
}
