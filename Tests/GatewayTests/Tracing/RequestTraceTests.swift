import Dialects
import Testing

@testable import Gateway

@Suite struct RequestTraceTests {
    private func head(
        _ id: UInt64 = 1, random: UInt64 = 7, front: Front = .openAIChat, trace: TraceContext? = nil
    ) -> CallHead {
        CallHead(callID: CallID(high: id, low: 2), random: random, front: front, trace: trace)
    }

    private let parent = TraceContext(high: 5, low: 6, span: 7, isSampled: true)

    @Test func `a call goes on in its caller's trace, with a span of its own below the caller's`() {
        let trace = RequestTrace(head(trace: parent), sampler: .parentBased(.never))
        #expect((trace.own.high, trace.own.low, trace.parent) == (5, 6, 7))
        #expect(trace.own.span != 7)
        #expect(trace.own.isSampled)
    }

    @Test func `without a caller's it begins one`() {
        let trace = RequestTrace(head(), sampler: .always)
        #expect(trace.parent == 0)
        #expect(trace == RequestTrace(head(), sampler: .always))
        let others = [RequestTrace(head(2), sampler: .always), RequestTrace(head(random: 8), sampler: .always)]
        for other in others { #expect(other.own.low != trace.own.low && other.own.span != trace.own.span) }
    }

    @Test func `the chance of a call that names a kept answer is in no id`() {
        let one = RequestTrace(head(random: 1, front: .openAIResponses), sampler: .always)
        #expect(one == RequestTrace(head(random: 2, front: .openAIResponses), sampler: .always))
    }

    @Test func `spans below it have ids of their own`() {
        let trace = RequestTrace(head(), sampler: .always)
        let ids = (1...30).map(trace.child) + [trace.own.span, trace.child(0x1_0000), trace.child(0x1_0001)]
        #expect(Set(ids).count == ids.count && !ids.contains(0))
    }

    @Test func `samplers decide by the caller, by the share, or always alike`() {
        let unkept = TraceContext(high: 5, low: 6, span: 7, isSampled: false)
        #expect(TraceSampler.always.keeps(parent: unkept, low: 0))
        #expect(!TraceSampler.never.keeps(parent: parent, low: 0))
        #expect(!TraceSampler.parentBased(.always).keeps(parent: unkept, low: 0))
        #expect(TraceSampler.parentBased(.always).keeps(parent: nil, low: 0))
        #expect(TraceSampler.ratio(0.5).keeps(parent: nil, low: 0xff7f_ffff_ffff_ffff))
        #expect(!TraceSampler.ratio(0.5).keeps(parent: nil, low: 0x0080_0000_0000_0000))
        #expect(!TraceSampler.ratio(0).keeps(parent: nil, low: 0))
        #expect(TraceSampler.ratio(1).keeps(parent: nil, low: .max))
    }

    @Test func `a share of traces is kept, about`() {
        let kept = (0..<10_000).count { number in
            RequestTrace(head(UInt64(number)), sampler: .ratio(0.1)).own.isSampled
        }
        #expect((900...1_100).contains(kept), "\(kept)")
    }
}
