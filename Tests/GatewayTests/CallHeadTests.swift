import Balancer
import Dialects
import Gateway
import Testing

@Suite struct CallHeadTests {
    private func head() -> CallHead { CallHead(callID: CallID(high: 1, low: 2), random: 3, front: .openAIChat) }

    @Test(arguments: [("interactive", ServiceClass.interactive), ("default", .default), ("Batch", .batch)])
    func `takes a class by its name`(name: String, expected: ServiceClass) {
        var head = head()
        #expect(head.take(serviceClass: name) == nil)
        #expect(head.serviceClass == expected)
    }

    @Test(arguments: ["urgent", "", "interactiv", "batch,default"])
    func `refuses another class and says which there are`(name: String) throws {
        var head = head()
        let refusal = head.take(serviceClass: name)
        let error = try #require(refusal)
        #expect(error.status == 400)
        for known in ["`interactive`", "`default`", "`batch`"] { #expect(error.message.contains(known)) }
        #expect(head.serviceClass == nil)
    }

    @Test(arguments: [("5s", 5.0), ("500ms", 0.5), ("1.5s", 1.5), ("2m", 120)])
    func `takes an objective as a time`(text: String, seconds: Double) {
        var head = head()
        #expect(head.take(objective: text) == nil)
        #expect(head.objective == .seconds(seconds))
    }

    @Test(arguments: ["5", "-1s", "0s", "soon", "nans", "infs", "2000m", "s"])
    func `refuses an objective that is none`(text: String) {
        var head = head()
        #expect(head.take(objective: text)?.param == "x-drover-objective")
        #expect(head.objective == nil)
    }
}
