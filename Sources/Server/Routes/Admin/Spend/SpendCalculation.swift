import Dialects
import Gateway
import Ledger

/// `/spend/calculate`: what a request would cost, or an answer has.
struct SpendCalculation {
    let routes: RouteTable

    func answer(_ call: AdminCall) throws(AdminFault) -> JSONText {
        let response = try call.fields.value("completion_response", AdminType<JSONText>.any)
        let named = try call.fields.value("model", .text)
        let answered: String? =
            if case .text(let text)? = response?.member("model")?.content { text } else { nil }
        guard let name = named ?? answered else { throw .missing("model") }
        guard let price = price(of: name) else {
            throw .notFound("the price of \(name) is not known: it is no model of this gateway")
        }
        let tokens: (prompt: Int, answer: Int)
        if let usage = response?.member("usage") {
            tokens = (Self.count("prompt_tokens", in: usage), Self.count("completion_tokens", in: usage))
        } else {
            let messages = try call.fields.required("messages", AdminType<JSONText>.any.list)
            tokens = (Self.tokens(of: messages), 0)
        }
        let cost = price.cost(promptTokens: tokens.prompt, completionTokens: tokens.answer).total
        return .object([("cost", .dollars(cost))])
    }

    /// By a name that clients may ask for, or by the provider's own.
    private func price(of name: String) -> Price? {
        if let route = routes.route(name) {
            return routes.deployments.first { !$0.isGone && $0.model == route.model }?.price
        }
        return routes.deployments.first { !$0.isGone && ($0.facts?.model == name || $0.facts?.tag == name) }?.price
    }

    private static func count(_ name: String, in usage: JSONText) -> Int {
        if case .number(let text)? = usage.member(name)?.content { Int(text) ?? 0 } else { 0 }
    }

    /// An estimate, as OpenAI counts conversations: three for the answer, four for each message, one for each four bytes.
    private static func tokens(of messages: [JSONText]) -> Int {
        messages.reduce(3) { sum, message in
            var bytes = 0
            if case .text(let text)? = message.member("content")?.content { bytes = text.utf8.count }
            return sum + 4 + (bytes + 3) / 4
        }
    }
}
