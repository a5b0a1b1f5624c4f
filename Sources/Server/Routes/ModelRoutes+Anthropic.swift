import Dialects
import Gateway
import HTTPTypes
import Hummingbird

/// The models in the shape of Anthropic's API, page by page.
extension ModelRoutes {
    /// So many models to a page at most. They all are on one where the request names no number, as a client that turns no
    /// pages would miss the others.
    private static let mostOfPage = 1000

    func anthropicList(_ context: RouteContext) -> Response {
        let names = Self.names(server.routes, for: context.caller)
        do throws(GatewayError) {
            let page = try Self.page(of: names, by: context.query)
            let data = names[page].map { Self.anthropic($0) }
            return JSONResponse.text(
                JSONText.object([
                    ("data", .array(data)), ("has_more", .bool(Self.hasMore(page, of: names, by: context.query))),
                    ("first_id", .maybe(names[page].first)), ("last_id", .maybe(names[page].last)),
                ]).description)
        } catch { return ErrorResponse.response(error, front: context.front) }
    }

    /// A model; the moment is LiteLLM's constant for all, as in OpenAI's shape.
    static func anthropic(_ name: String) -> JSONText {
        .object([
            ("type", .string("model")), ("id", .string(name)), ("display_name", .string(name)),
            ("created_at", .string("2023-02-28T18:56:42Z")),
        ])
    }

    /// The places of the names behind `after_id`, or of those next before `before_id`, as many as `limit` says.
    static func page(of names: [String], by query: [String: String]) throws(GatewayError) -> Range<Int> {
        let size = query["limit"].map { Int($0) ?? 0 } ?? mostOfPage
        guard (1...mostOfPage).contains(size) else {
            throw .invalidRequest(message: "limit goes from 1 to \(mostOfPage)", param: "limit")
        }
        guard query["after_id"] == nil || query["before_id"] == nil else {
            throw .invalidRequest(message: "after_id and before_id do not go together", param: "before_id")
        }
        if let end = try place("before_id", of: names, by: query) { return max(end - size, 0)..<end }
        let start = try place("after_id", of: names, by: query).map { $0 + 1 } ?? 0
        return start..<min(start + size, names.count)
    }

    private static func place(
        _ field: String, of names: [String], by query: [String: String]
    ) throws(GatewayError) -> Int? {
        guard let name = query[field] else { return nil }
        guard let place = names.firstIndex(of: name) else {
            throw .invalidRequest(message: "\(field) names no model of the list: \(name)", param: field)
        }
        return place
    }

    /// Whether there are more in the direction in which the pages are turned.
    static func hasMore(_ page: Range<Int>, of names: [String], by query: [String: String]) -> Bool {
        query["before_id"] == nil ? page.upperBound < names.count : page.lowerBound > 0
    }
}

extension ServerRoutes {
    /// The front in whose shape a request is answered of which the headers are here: Anthropic's clients ask for models at
    /// paths that are OpenAI's too, and say their API's version in each request.
    static func errorFront(of request: HTTPRequest, at path: some StringProtocol) -> Front {
        let front = errorFront(at: path)
        return front.dialect == .openAI && request.headerFields[anthropicVersion] != nil ? .anthropicMessages : front
    }

    private static let anthropicVersion = HTTPField.Name("anthropic-version")!
}

extension RouteContext {
    /// Whether a client of Anthropic's API asks.
    var isOfAnthropic: Bool { front.dialect == .anthropic }
}
