import Balancer
import Dialects
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Streams of `/v1/responses`, whose events have numbers, where their end is not the answer's.
@Suite struct NumberedEventsTests {
    private static let body = #"{"model":"llama3","input":"x","stream":true}"#

    /// The numbers in some events.
    private static func numbers(_ text: String) -> [Int] {
        text.split(separator: "\"sequence_number\":").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
    }

    @Test func `an error that ends a stream has the number behind the events that have gone out`() {
        let rig = ExchangeRig(boxes: 1)
        let now = rig.clock.now
        var exchange = rig.exchange(Self.body, front: .openAIResponses)
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: now)
        let first = exchange.flush(at: now).bytes ?? ""
        let last = exchange.upstreamLost(.lost("cut"), at: now).bytes ?? ""
        #expect(last.contains("event: error"), "\(last)")
        let numbers = Self.numbers(first + last)
        #expect(numbers.count > 4 && numbers == Array(0..<numbers.count), "\(first)\(last)")
    }

    private static func event(_ number: String) -> String {
        #"data: {"type":"response.output_text.delta",\#(number)"delta":"a"}"# + "\n\n"
    }

    @Test(arguments: [
        // The upstream's own numbers, wherever they begin; some number nothing.
        ([#""sequence_number":4,"#, #""sequence_number":5,"#], 6), (["", ""], 2),
        ([#""sequence_number":9223372036854775807,"#], Int.min),
    ])
    func `an error that ends a stream which is passed on has the number behind the upstream's last`(
        _ own: [String], _ next: Int
    ) {
        let rig = ExchangeRig(boxes: 1, provider: "azure", isLocal: false)
        let now = rig.clock.now
        var exchange = rig.exchange(Self.body, front: .openAIResponses)
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: own.map(Self.event).joined()), at: now)
        _ = exchange.flush(at: now)
        let last = exchange.upstreamLost(.lost("cut"), at: now).bytes ?? ""
        #expect(last.contains(#"{"type":"error","sequence_number":\#(next),"#), "\(last)")
    }
}
