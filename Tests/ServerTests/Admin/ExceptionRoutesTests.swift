import Dialects
import Gateway
import Ledger
import LedgerStore
import Testing

@testable import Server

@Suite struct ExceptionRoutesTests {
    private let rig = AdminRig()
    private static let days = "start_date=2026-11-21&end_date=2026-11-22"

    private func count(
        _ requests: Int64, _ status: Int = 429, model: String = "llama3", on instance: String = "gpu-1",
        before: Int64 = 0,
        error: String? = "rate_limit_exceeded", type: String = "acompletion"
    ) -> OutcomeCount {
        let day = Day(number: Day(of: AdminRig.start).number - before)
        var count = OutcomeCount(
            day: day, callType: type, modelAsked: model, instance: instance, status: status, error: error)
        (count.requests, count.completionTokens) = (requests, requests * 10)
        return count
    }

    @Test func `the 429s of a model by day, in LiteLLM's shape`() async throws {
        rig.store.answer(outcomes: [
            count(3), count(2, on: "gpu-2"), count(4, before: 1), count(7, 503, error: "queue_full"),
            count(9, model: "other"),
        ])
        let answer = try await rig.ask("GET", "/global/activity/exceptions?model_group=llama3&\(Self.days)")
        #expect(answer.names == ["daily_data", "sum_num_rate_limit_exceptions"])
        #expect(answer["sum_num_rate_limit_exceptions"].number == 9)
        #expect(answer["daily_data"].elements.map { $0["date"].string } == ["Nov 21", "Nov 22"])
        #expect(answer["daily_data"].elements.map { $0["num_rate_limit_exceptions"].number } == [4, 5])
    }

    @Test func `the same by deployment, the worst first`() async throws {
        rig.store.answer(outcomes: [count(3), count(5, on: "gpu-2"), count(1, before: 1)])
        let answer = try await rig.ask("GET", "/global/activity/exceptions/deployment?model_group=llama3&\(Self.days)")
        #expect(answer.elements.map { $0["api_base"].string } == ["gpu-2", "gpu-1"])
        #expect(answer.elements.map { $0["sum_num_rate_limit_exceptions"].number } == [5, 4])
        #expect(answer.elements[1]["daily_data"].elements.count == 2)
    }

    @Test func `a model and days are asked for`() async throws {
        for path in ["exceptions", "exceptions/deployment"] {
            #expect(await rig.fault("GET", "/global/activity/\(path)?\(Self.days)")?.error.status == 400)
            #expect(
                await rig.fault("GET", "/global/activity/\(path)?model_group=m")?.error.message
                    == "Please provide start_date and end_date")
        }
    }

    @Test func `there is no cache, so nothing is a hit, and the rest is what it was`() async throws {
        rig.store.answer(outcomes: [
            count(6, 200, error: nil), count(2), count(1, 502, error: "upstream_failed", type: "aembedding"),
            count(3, 200, model: "gpt-4o", error: nil),
        ])
        let answer = try await rig.ask("GET", "/global/activity/cache_hits?\(Self.days)")
        #expect(answer.names == ["groups", "totals", "filter_options", "error_breakdown"])
        let groups = answer["groups"].elements
        #expect(groups.map { $0["call_type"].string } == ["acompletion", "aembedding"])
        #expect(groups[0]["api_requests"].number == 9 && groups[0]["failed_requests"].number == 2)
        #expect(groups[0]["cache_hits"].number == 0 && groups[0]["generated_completion_tokens"].number == 110)
        #expect(answer["totals"]["api_requests"].number == 9 && answer["totals"]["cache_hit_ratio"].number == 0)
        #expect(answer["filter_options"]["models"].strings == ["gpt-4o", "llama3"])
        let errors = answer["error_breakdown"].elements
        #expect(errors.map { $0["error_code"].string } == ["429", "502"])
        #expect(errors.map { $0["error_class"].string } == ["rate_limit_exceeded", "upstream_failed"])
        let one = try await rig.ask("GET", "/global/activity/cache_hits?models=gpt-4o&\(Self.days)")
        #expect(one["totals"]["api_requests"].number == 3)
        let unknown = try await rig.ask("GET", "/global/activity/cache_hits?key_aliases=nobody&\(Self.days)")
        #expect(unknown["totals"]["api_requests"].number == 0)
    }
}
