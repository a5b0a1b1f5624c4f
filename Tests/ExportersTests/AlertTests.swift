import Balancer
import Exporters
import Foundation
import Testing

@testable import Ledger

@Suite struct AlertTests {
    private func place(_ model: String? = nil) -> Fact.Place {
        Fact.Place(instance: InstanceID(index: 0), instanceName: "gpu-1", model: model)
    }

    private func at(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    @Test func `a box that goes and comes back is told once each`() {
        var book = AlertBook()
        func note(_ fact: Fact, _ second: Int64) -> String? {
            book.note(fact, at: at(second), unixSeconds: 0).map { "\($0.kind.rawValue): \($0.text)" }
        }
        #expect(note(.cameUp(place()), 0) == nil)
        #expect(note(.wentDown(place(), reason: "refused"), 1) == "instance_down: gpu-1 is down: refused")
        #expect(note(.wentDown(place(), reason: "refused"), 2) == nil)
        #expect(note(.cameUp(place()), 3) == "instance_up: gpu-1 is back")
        #expect(note(.cameUp(place()), 4) == nil)
        #expect(note(.wentDown(place(), reason: "timed out"), 5) == "instance_down: gpu-1 is down: timed out")
        #expect(note(.wentDown(place(), reason: "timed out"), 604) == nil)
        #expect(note(.wentDown(place(), reason: "timed out"), 605) == "instance_down: gpu-1 is down: timed out")
    }

    @Test func `a box that was away for long is told when it is back, whatever was told meanwhile`() {
        var book = AlertBook()
        func note(_ fact: Fact, _ second: Int64) -> Alert.Kind? {
            book.note(fact, at: at(second), unixSeconds: 0)?.kind
        }
        #expect(note(.wentDown(place(), reason: "refused"), 1) == .instanceDown)
        #expect(note(.digestMismatch(model: "llama3", message: "differ"), 2_000) == .digestDrift)
        #expect(note(.cameUp(place()), 2_001) == .instanceUp)
    }

    @Test func `breakers and digests are told by their places`() {
        var book = AlertBook()
        func note(_ fact: Fact) -> Alert? { book.note(fact, at: at(0), unixSeconds: 5) }
        #expect(
            note(.tripped(place("llama3"), for: .seconds(30)))
                == Alert(
                    .breakerOpen, "llama3 on gpu-1",
                    "the breaker of llama3 on gpu-1 opened: nothing is sent there for 30 s", at: 5))
        #expect(note(.tripped(place("qwen"), for: .seconds(30)))?.subject == "qwen on gpu-1")
        #expect(note(.recovered(place("llama3")))?.kind == .breakerClosed)
        #expect(note(.halfOpened(place("qwen"))) == nil)
        #expect(note(.digestMismatch(model: "llama3", message: "differ"))?.text == "llama3: differ")
        #expect(note(.digestMismatch(model: "llama3", message: "differ")) == nil)
        for quiet in [Fact.drained(place()), .undrained(place()), .staleKnowledge(InstanceID(index: 0))] {
            #expect(note(quiet) == nil)
        }
    }

    @Test func `budgets are told near their end and at it`() throws {
        var book = AlertBook()
        func note(_ kind: LedgerAlert.Kind) -> Alert? {
            book.note(
                LedgerAlert(
                    account: .team("red"), kind: kind, spent: Money(picodollars: 9_000_000_000_000),
                    bound: Money(picodollars: 10_000_000_000_000), window: .endless), at: at(0), unixSeconds: 0)
        }
        #expect(note(.nearEnd)?.text == "the budget of team red is near its end: 9.0 of 10.0 dollars spent")
        #expect(note(.softBudget) == nil)
        let key = LedgerAlert(
            account: .key(try #require(KeyHash(hex: String(repeating: "a", count: 64)))),
            label: "ann (sk-...0d-A)", kind: .softBudget, spent: Money(picodollars: 2_000_000_000_000),
            bound: Money(picodollars: 1_000_000_000_000), window: .endless)
        // A hash tells nobody whose budget it is.
        let told = book.note(key, at: at(0), unixSeconds: 0)?.text
        #expect(told == "the soft budget of key ann (sk-...0d-A) is passed: 2.0 dollars spent, told from 1.0 on")
        #expect(note(.overrun(.zero))?.kind == .budgetSpent)
    }

    @Test func `Slack gets text in its own markup, in which no name can call a channel`() throws {
        var slack = AlertEncoder(.slack)
        let alerts = [
            Alert(.instanceDown, "gpu-1", #"<!channel> & "gpu-1""#, at: 0), Alert(.instanceUp, "gpu-1", "back", at: 0),
        ]
        let encoded = slack.encode(alerts[...])
        let text = try #require(encoded)
        let body = try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: String])
        #expect(
            body == [
                "text": "*Drover*\n:red_circle: &lt;!channel&gt; &amp; \"gpu-1\"\n:white_check_mark: back"
            ])
    }

    @Test func `a webhook gets each alert as data, too`() throws {
        var webhook = AlertEncoder(.webhook)
        let encoded = webhook.encode([Alert(.digestDrift, "llama3", "differ", at: Sample.end)][...])
        let text = try #require(encoded)
        #expect(
            String(decoding: text, as: UTF8.self)
                == #"{"text":"*Drover*\n:warning: differ","alerts":[{"kind":"digest_drift","subject":"llama3","message":"differ","at":"2026-11-23T12:00:00.123Z"}]}"#
        )
    }
}
