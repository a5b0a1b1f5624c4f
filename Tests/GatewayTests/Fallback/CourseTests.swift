import Balancer
import Dialects
import Testing

@testable import Gateway

/// The way through models by itself: what failed goes in, where to go next comes out.
@Suite struct CourseTests {
    private static let full = Unavailable(message: "full", retryAfter: .seconds(9), limit: .rpm, opensIn: .seconds(9))
    private static let patient = PassedOver.Patience(callers: nil, clients: nil)
    private let table: RouteTable
    private let first: RouteTable.Route

    init() throws {
        func rules(_ fallbacks: [String], overflow: String? = nil) -> RouteRules {
            RouteRules(
                fallbacks: FallbackLists(general: fallbacks, contextWindow: [], contentPolicy: []), retries: [:],
                overflow: overflow.map { Overflow(model: $0, after: .seconds(5), takesEmbeddings: false) },
                confinement: [], checksContext: false, tagFilter: nil)
        }
        let models = [("a", rules(["b"], overflow: "c")), ("b", rules([])), ("c", rules([]))]
        table = RouteTable(
            routes: models.enumerated().map { index, model in
                let route = RouteTable.Route(
                    model: ModelID(index: index), name: model.0, notBuilt: nil, needs: [], serviceClass: .default,
                    rules: model.1, maxWait: nil, timeout: nil)
                return (model.0, route)
            }, deployments: [])
        first = try #require(table.route("a"))
    }

    private func course(retries: Int = 1, work: Work = .chat) -> Course {
        var course = Course(FallbackPlan(wishes: .none, most: 5, work: work))
        course.enter(first, AttemptPlan(retries: retries))
        return course
    }

    private func box(_ index: Int) -> InstanceID { InstanceID(index: index) }

    @Test func `another instance is tried while retries are left, then another model`() {
        var course = course()
        var isRetry = course.began()
        #expect(!isRetry)
        let lost = AttemptFailure.lost("cut")
        course.failed(lost, lost.error(at: "box"))
        let again = course.triesAnother(after: lost, at: box(0), standsOut: false)
        isRetry = course.began()
        course.failed(lost, lost.error(at: "box"))
        let noMore = course.triesAnother(after: lost, at: box(1), standsOut: false)
        #expect(again && isRetry && !noMore)
        #expect(course.plan.tried.contains(box(0)) && course.plan.tried.contains(box(1)))
        let next = course.substitute(course.nothingLeft(nil), in: table, [])
        #expect(next?.name == "b" && course.fallbacks.taken == 1)
        // What had failed is told behind what fails now.
        let end = course.end(.upstreamFailed(message: "b is out"), [])
        #expect(end.message.hasPrefix("b is out; before that, `a`: "))
    }

    @Test func `a doubted word is checked without a retry, and stands where nobody can be asked`() throws {
        var course = course(retries: 0)
        let word = AttemptFailure(.told(.client), status: 400, message: "no", mayBeInstance: true)
        _ = course.began()
        course.failed(word, word.error(at: "box"))
        let asks = course.triesAnother(after: word, at: box(0), standsOut: false)
        let doubted = try #require(course.doubted)
        #expect(asks && doubted.kind == .badRequest)
        // A client's mistake has no fallback; a word that is doubted has, as an instance that is out.
        let substitute = course.substitute(doubted: doubted, in: table, [])
        #expect(substitute?.name == "b" && course.doubted == nil)
        let undoubted = self.course(retries: 0).end(doubted.error, [])
        #expect(undoubted == doubted.error)
    }

    @Test func `a request that goes out again is not doubted any more`() {
        var course = course(retries: 0)
        let word = AttemptFailure(.told(.client), status: 400, message: "no", mayBeInstance: true)
        _ = course.began()
        course.failed(word, word.error(at: "box"))
        _ = course.triesAnother(after: word, at: box(0), standsOut: false)
        let isRetry = course.began()
        #expect(isRetry && course.doubted == nil)
    }

    @Test func `a model that was passed over is come back to, with its own attempts`() throws {
        var course = course(retries: 3)
        _ = course.began()
        course.passOver(Self.full, at: .zero)
        course.enter(try #require(table.route("b")), AttemptPlan(retries: 3))
        let back = course.comeBack(.upstreamFailed(message: "b"), Self.patient, at: .zero)
        #expect(back?.route.name == "a" && back?.plan.attempts == 1)
        let twice = course.comeBack(.upstreamFailed(message: "a"), Self.patient, at: .zero)
        #expect(twice == nil)
    }

    @Test func `what is too much goes to the overflow once, and embeddings do not`() throws {
        var course = course()
        let overflow = try #require(course.overflow(in: table, []))
        #expect(overflow.target.name == "c" && overflow.after == .seconds(5))
        course.took(overflow: overflow.target)
        let taken = course.overflow(in: table, [])
        #expect(taken == nil && course.fallbacks.taken == 1)
        let embeddings = self.course(work: .embedding).overflow(in: table, [])
        #expect(embeddings == nil)
    }

    @Test func `why nothing can be picked counts until an attempt has failed of something else`() {
        var course = course()
        #expect(course.nothingLeft(nil).error.code == "no_instance_available")
        #expect(course.nothingLeft(Self.full).error.message == "full")
        let lost = AttemptFailure.lost("cut")
        course.failed(lost, lost.error(at: "box"))
        #expect(course.nothingLeft(Self.full).error == lost.error(at: "box"))
        #expect(course.nothingLeft(Self.full).kind == .internalServer)
        let missing = AttemptFailure(.told(.missingTag), status: 404, message: "no such tag")
        course.failed(missing, missing.error(at: "box"))
        #expect(course.nothingLeft(Self.full).error.message == "full")
    }

    @Test func `there is a pause after a failure that may pass, while retries are left`() {
        var course = course()
        let none = course.pause(after: .timeout, least: .zero, chance: 0)
        #expect(none == nil)
        _ = course.began()
        let lost = AttemptFailure.lost("cut")
        course.failed(lost, lost.error(at: "box"))
        let key = course.pause(after: .authentication, least: .zero, chance: 0)
        let first = course.pause(after: .internalServer, least: .seconds(1), chance: 0)
        #expect(key == nil && first == .seconds(1))
    }
}
