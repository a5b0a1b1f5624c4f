import Balancer
import Gateway
import Testing

@Suite struct CallWishesTests {
    @Test(arguments: [("interactive", ServiceClass.interactive), ("default", .default), ("Batch", .batch)])
    func `takes a class by its name`(name: String, expected: ServiceClass) {
        var wishes = CallWishes()
        #expect(wishes.take(serviceClass: name) == nil)
        #expect(wishes.serviceClass == expected)
    }

    @Test(arguments: ["urgent", "", "interactiv", "batch,default"])
    func `refuses another class and says which there are`(name: String) throws {
        var wishes = CallWishes()
        let refusal = wishes.take(serviceClass: name)
        let error = try #require(refusal)
        #expect(error.status == 400)
        for known in ["`interactive`", "`default`", "`batch`"] { #expect(error.message.contains(known)) }
        #expect(wishes.serviceClass == nil)
    }

    @Test(arguments: [("5s", 5.0), ("500ms", 0.5), ("1.5s", 1.5), ("2m", 120)])
    func `takes an objective as a time`(text: String, seconds: Double) {
        var wishes = CallWishes()
        #expect(wishes.take(objective: text) == nil)
        #expect(wishes.objective == .seconds(seconds))
    }

    @Test(arguments: ["5", "-1s", "0s", "soon", "nans", "infs", "2000m", "s"])
    func `refuses an objective that is none`(text: String) {
        var wishes = CallWishes()
        #expect(wishes.take(objective: text)?.param == "x-drover-objective")
        #expect(wishes.objective == nil)
    }
}
